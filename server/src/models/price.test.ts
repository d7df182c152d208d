import { describe, expect, test } from 'vitest'
import { priceCall, readPrices, readTableWindow } from './price.ts'

const openAi = { baseUrl: 'https://api.openai.com/v1' }
const usage = (inputTokens: number, outputTokens: number, cachedInputTokens?: number) => ({
  inputTokens,
  outputTokens,
  ...(cachedInputTokens === undefined ? {} : { cachedInputTokens }),
  estimated: false,
})
const prices = { inputMicroUsd: 1_000_000, outputMicroUsd: 4_000_000, cachedInputMicroUsd: 250_000 }

describe('the cost of a call', () => {
  test.each([
    ['by the table', 'gpt-4.1-mini', usage(1000, 100), 560],
    ['by the table, some of it cached', 'gpt-4.1-mini', usage(1000, 100, 200), 500],
    ['by the table, for a dated name', 'gpt-4.1-mini-2025-04-14', usage(1000, 100), 560],
    ['by the table, with more cached than there is', 'gpt-4.1-mini', usage(10, 0, 1000), 1],
    ['hardly anything, which is not nothing', 'gpt-4.1-mini', usage(1, 0), 1],
    ['nothing for nothing', 'gpt-4.1-mini', usage(0, 0), 0],
    ['nobody knows what', 'no-such-model', usage(1000, 100), null],
  ])('%s', (_name, model, used, expected) => {
    expect(priceCall({ model, usage: used }, openAi)).toBe(expected)
  })

  test('of a long prompt is that of its tier', () => {
    const short = priceCall({ model: 'gpt-6-sol', usage: usage(1000, 0) }, openAi) ?? 0
    const long = priceCall({ model: 'gpt-6-sol', usage: usage(300_000, 0) }, openAi) ?? 0
    expect(long / 300_000).toBeGreaterThan(short / 1000)
  })

  test.each(['http://127.0.0.1:11434/v1', 'https://gateway.example.com/v1'])(
    'at %s is not what it costs elsewhere',
    (baseUrl) => {
      expect(priceCall({ model: 'gpt-4.1', usage: usage(1000, 100) }, { baseUrl })).toBeNull()
    },
  )

  test('is what the provider says, then what the settings say, then what its list says', () => {
    const sources = { ...openAi, override: prices, listed: { ...prices, inputMicroUsd: 9 } }
    const call = { model: 'gpt-4.1', usage: usage(1_000_000, 1_000_000, 400_000) }
    expect(priceCall({ ...call, reportedMicroUsd: 3 }, sources)).toBe(3)
    expect(priceCall({ ...call, reportedMicroUsd: 0 }, sources)).toBe(0)
    expect(priceCall({ ...call, reportedMicroUsd: null }, sources)).toBe(600_000 + 100_000 + 4_000_000)
    expect(priceCall(call, { ...openAi, listed: { ...prices, cachedInputMicroUsd: null } })).toBe(5_000_000)
  })

  test('is nothing where that is known, and only there', () => {
    expect(priceCall({ model: 'demo-rules', usage: usage(5, 5) }, { isFree: true, baseUrl: '' })).toBe(0)
    expect(priceCall({ model: 'demo-rules', usage: usage(5, 5) }, { baseUrl: '' })).toBeNull()
  })

  test('depends on the day', () => {
    const call = { model: 'gemini-2.5-flash', usage: usage(1_000_000, 0) }
    const google = { baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai/' }
    expect(priceCall({ ...call, at: new Date('2026-11-01') }, google)).toBe(300_000)
  })
})

describe('the prices of a model', () => {
  test('is known from the table, for tiers the lowest', () => {
    expect(readPrices('gpt-4.1-mini', openAi)).toEqual({
      inputMicroUsd: 400_000,
      outputMicroUsd: 1_600_000,
      cachedInputMicroUsd: 100_000,
    })
    expect(readPrices('gpt-6-sol', openAi)).toMatchObject({ inputMicroUsd: 2_000_000, outputMicroUsd: 10_000_000 })
    expect(readPrices('no-such-model', openAi)).toBeNull()
  })
})

describe('the context window', () => {
  test.each([
    ['gpt-4.1', 'https://api.openai.com/v1', 1_000_000],
    ['openai/gpt-4.1', 'https://openrouter.ai/api/v1', 1_047_576],
    ['openai/gpt-4.1', 'https://gateway.example.com/v1', 1_000_000],
    ['claude-sonnet-4-5', 'http://127.0.0.1:4000/v1', 200_000],
    ['gpt-oss:20b', 'http://127.0.0.1:11434/v1', null],
    ['llama3.1', 'http://127.0.0.1:11434/v1', null],
    ['', 'https://api.openai.com/v1', null],
  ])('%s at %s: %s', (model, baseUrl, expected) => {
    expect(readTableWindow(model, baseUrl)).toBe(expected)
  })
})
