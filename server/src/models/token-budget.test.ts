import { describe, expect, test } from 'vitest'
import { toMessageBudget } from './context-budget.ts'
import { isLocalHost } from './local-host.ts'
import { createPromptCuts } from './prompt-cut.ts'
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

describe('Q57 D4 a prompt of which the provider dropped the front', () => {
  /** The verdict on the last call; each call is a pair of the tokens sent and the tokens reported. */
  const observe = (calls: readonly (readonly [sent: number, read: number])[]) => {
    const cuts = createPromptCuts()
    const seen = calls.map(([messageTokens, read]) => cuts.observe('m', { messageTokens, usage: reported(read) }))
    return [seen.at(-1), cuts.windowOf('m')] as const
  }

  test.each([
    ['once may be another way to count', [[8_000, 4_000]], 'suspected', null],
    [
      'twice, and the report did not grow',
      [
        [8_000, 4_000],
        [9_000, 4_050],
      ],
      'cut',
      4096,
    ],
    [
      'and again',
      [
        [8_000, 4_000],
        [9_000, 4_050],
        [30_000, 4_090],
      ],
      'cut',
      4096,
    ],
    [
      'of the same length says nothing',
      [
        [8_000, 4_000],
        [8_050, 4_000],
      ],
      'suspected',
      null,
    ],
    [
      'no: the report grows along',
      [
        [8_000, 4_000],
        [9_000, 4_500],
        [10_000, 5_000],
      ],
      'suspected',
      null,
    ],
    [
      'no: more was read before, so what is cached is not reported',
      [
        [8_000, 8_100],
        [9_000, 1_100],
        [10_000, 1_100],
      ],
      'whole',
      null,
    ],
    [
      'no: more is read later',
      [
        [8_000, 4_000],
        [9_000, 4_000],
        [10_000, 10_500],
      ],
      'whole',
      null,
    ],
    [
      'nobody knows, it is short',
      [
        [500, 100],
        [900, 100],
      ],
      'whole',
      null,
    ],
    [
      'nobody knows, no model holds so little',
      [
        [8_000, 10],
        [9_000, 10],
      ],
      'whole',
      null,
    ],
    ['nothing', [[8_000, 8_800]], 'whole', null],
  ] as const)('%s', (_name, calls, seen, window) => {
    expect(observe(calls)).toEqual([seen, window])
  })

  test('silence and our own count are no cut', () => {
    const cuts = createPromptCuts()
    for (const usage of [null, reported(100, true), reported(0)]) {
      expect(cuts.observe('m', { messageTokens: 8_000, usage })).toBe('whole')
    }
  })

  test.each([
    ['localhost:11434', true],
    ['127.0.0.1:8080', true],
    ['192.168.1.20', true],
    ['[::1]:11434', true],
    ['ollama:11434', true],
    ['host.docker.internal:1234', true],
    ['api.openai.com', false],
    ['172.32.0.1', false],
    ['8.8.8.8', false],
    ['', false],
  ])('is looked for only where people run models themselves: %s', (host, expected) => {
    expect(isLocalHost(host)).toBe(expected)
  })
})

describe('the token budget of messages', () => {
  test.each([
    ['a large window', { contextWindow: 128_000 }, 117_708],
    ['a small window, of which a quarter is for the answer', { contextWindow: 4096 }, 2918],
    ['an unknown window, taken as 32,768', { contextWindow: null }, 27_238],
    ['a model that needs more tokens than we count', { contextWindow: 128_000, ratio: 1.25 }, 94_167],
    ['tools', { contextWindow: 4096, toolTokens: 1000 }, 1918],
    ['more tools than there is room for', { contextWindow: 4096, toolTokens: 9000 }, 0],
  ])('%s', (_name, given, expected) => {
    expect(toMessageBudget(given)).toBe(expected)
  })

  test('leaves room for the limit of the answer, at most half of the window', () => {
    const budgetOf = (maxOutputTokens: number) => toMessageBudget({ contextWindow: 8_192, maxOutputTokens })
    expect([budgetOf(100), budgetOf(3_000), budgetOf(1_000_000)]).toEqual(
      [8_192 - 100, 8_192 - 3_000, 4_096].map((tokens) => Math.floor(tokens * 0.95)),
    )
  })
})
