import { describe, expect, test } from 'vitest'
import { toMessageBudget } from './context-budget.ts'
import { findPromptCut } from './prompt-cut.ts'
import { createTokenCalibration } from './token-calibration.ts'

const reported = (inputTokens: number, estimated = false) => ({ inputTokens, outputTokens: 1, estimated })

describe('the ratio of a model', () => {
  test('is 1 until something is known, then what the first call says, then moves slowly', () => {
    const calibration = createTokenCalibration()
    expect(calibration.ratioOf('m')).toBe(1)
    calibration.observe('m', { estimatedTokens: 1000, usage: reported(1200) })
    expect(calibration.ratioOf('m')).toBeCloseTo(1.2)
    calibration.observe('m', { estimatedTokens: 1000, usage: reported(1000) })
    expect(calibration.ratioOf('m')).toBeCloseTo(1.16)
    expect(calibration.ratioOf('other')).toBe(1)
    for (let index = 0; index < 50; index += 1) calibration.observe('m', { estimatedTokens: 1000, usage: reported(900) })
    expect(calibration.ratioOf('m')).toBeCloseTo(0.9)
  })

  test.each([
    ['far above', 9000, 1.6],
    ['far below', 100, 0.7],
  ])('stays in bounds: %s', (_name, inputTokens, expected) => {
    const calibration = createTokenCalibration()
    calibration.observe('m', { estimatedTokens: 1000, usage: reported(inputTokens) })
    expect(calibration.ratioOf('m')).toBe(expected)
  })

  test('learns nothing from silence, from our own count, and from short prompts', () => {
    const calibration = createTokenCalibration()
    calibration.observe('m', { estimatedTokens: 1000, usage: null })
    calibration.observe('m', { estimatedTokens: 1000, usage: reported(1500, true) })
    calibration.observe('m', { estimatedTokens: 1000, usage: reported(0) })
    calibration.observe('m', { estimatedTokens: 50, usage: reported(80) })
    expect(calibration.ratioOf('m')).toBe(1)
  })
})

describe('Q57 a prompt of which the provider dropped the front', () => {
  test.each([
    ['half of it', 8000, reported(4000), 4096],
    ['most of it', 100_000, reported(4096), 4096],
    ['a little, as far as one can tell', 8000, reported(5000), null],
    ['nothing', 8000, reported(8800), null],
    ['nobody knows, it reports nothing', 8000, reported(0), null],
    ['nobody knows, the count is our own', 8000, reported(100, true), null],
    ['nobody knows, it is short', 500, reported(100), null],
    ['nobody knows, no model holds so little', 8000, reported(10), null],
  ])('%s', (_name, estimatedTokens, usage, expected) => {
    expect(findPromptCut({ estimatedTokens, usage })).toBe(expected)
  })

  test('silence is no cut', () => {
    expect(findPromptCut({ estimatedTokens: 8000, usage: null })).toBeNull()
  })
})

describe('what messages may have', () => {
  test.each([
    ['a large window', { contextWindow: 128_000 }, 117_708],
    ['a small window, of which a quarter is for the answer', { contextWindow: 4096 }, 2918],
    ['an unknown window, taken as 8192', { contextWindow: null }, 5836],
    ['a model that needs more tokens than we count', { contextWindow: 128_000, ratio: 1.25 }, 94_167],
    ['tools', { contextWindow: 4096, toolTokens: 1000 }, 1918],
    ['more tools than there is room for', { contextWindow: 4096, toolTokens: 9000 }, 0],
  ])('%s', (_name, given, expected) => {
    expect(toMessageBudget(given)).toBe(expected)
  })
})
