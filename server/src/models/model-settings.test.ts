import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConfigError, environmentToConfig } from '../config/config.ts'

let directory: string
let files = 0
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-settings-'))
})
afterAll(() => {
  rmSync(directory, { recursive: true })
})

function fileOf(content: unknown): string {
  const path = join(directory, `${(files += 1)}.json`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const settingsOf = (environment: Record<string, string>) => environmentToConfig(environment).models
const entry = (fields: object = {}) => ({ id: 'local', baseUrl: 'http://127.0.0.1:11434/v1', defaultModel: 'm', ...fields })

describe('the shorthands', () => {
  test('no values, and blank ones, are no provider: no host is asked', () => {
    const blank = { OPENAI_API_KEY: ' ', OPENAI_BASE_URL: '', GEMINI_API_KEY: '\t', MODEL_PROVIDERS: ' ', OPENAI_HEADERS: '' }
    expect(settingsOf({}).providers).toEqual([])
    expect(settingsOf(blank).providers).toEqual([])
  })

  test('a key alone is OpenAI’s, an address alone needs no key', () => {
    expect(settingsOf({ OPENAI_API_KEY: 'sk', OPENAI_BASE_URL: ' ' }).providers).toMatchObject([
      {
        id: 'openai',
        name: 'OpenAI',
        baseUrl: 'https://api.openai.com/v1',
        apiKey: 'sk',
        api: 'auto',
        defaultModel: 'gpt-4.1-mini',
      },
    ])
    expect(
      settingsOf({ OPENAI_BASE_URL: 'http://gpu:8000/v1', OPENAI_API_KEY: '', LLM_API: 'responses' }).providers,
    ).toMatchObject([{ id: 'openai', name: 'gpu:8000', baseUrl: 'http://gpu:8000/v1', apiKey: null, api: 'responses' }])
  })

  test('OpenAI wins over Gemini, and it is said', () => {
    const both = { OPENAI_API_KEY: 'sk', GEMINI_API_KEY: 'k' }
    expect(settingsOf(both)).toMatchObject({
      providers: [{ id: 'openai' }],
      notes: ['OPENAI_* is set, so GEMINI_API_KEY is not used'],
    })
    expect(settingsOf({ ...both, MODEL_PROVIDERS: fileOf([entry()]) })).toMatchObject({
      providers: [{ id: 'openai' }, { id: 'gemini' }, { id: 'local' }],
      notes: [],
    })
  })

  test('extra headers', () => {
    const headers = { 'HTTP-Referer': 'https://chat.example.com', 'X-Title': 'Holdfast' }
    expect(settingsOf({ OPENAI_API_KEY: 'sk', OPENAI_HEADERS: JSON.stringify(headers) }).providers).toMatchObject([{ headers }])
  })
})

describe('the file', () => {
  test('has everything that a provider may need, and nothing secret', () => {
    const file = fileOf([
      {
        id: 'groq',
        name: 'Groq',
        baseUrl: 'https://api.groq.com/openai/v1',
        apiKeyEnv: 'GROQ_KEY',
        headers: { 'x-team': '${TEAM}' },
        api: 'chat',
        models: ['fast', 'large'],
        contextWindow: { large: 131_072 },
        prices: { fast: { input: 0.05, output: 0.08 } },
      },
      entry({ contextWindow: 4096, input: ['image'] }),
    ])
    expect(settingsOf({ MODEL_PROVIDERS: file, GROQ_KEY: 'gsk', TEAM: 'blue' }).providers).toEqual([
      {
        id: 'groq',
        name: 'Groq',
        baseUrl: 'https://api.groq.com/openai/v1',
        apiKey: 'gsk',
        headers: { 'x-team': 'blue' },
        api: 'chat',
        background: false,
        defaultModel: 'fast',
        models: ['fast', 'large'],
        contextWindow: { large: 131_072 },
        prices: { fast: { inputMicroUsd: 50_000, outputMicroUsd: 80_000, cachedInputMicroUsd: null } },
        input: null,
      },
      {
        id: 'local',
        name: '127.0.0.1:11434',
        baseUrl: 'http://127.0.0.1:11434/v1',
        apiKey: null,
        headers: {},
        api: 'auto',
        background: false,
        defaultModel: 'm',
        models: null,
        contextWindow: 4096,
        prices: {},
        input: ['text', 'image'],
      },
    ])
  })

  const mistakes: readonly (readonly [name: string, content: unknown, message: RegExp])[] = [
    ['is not JSON', '[{', /MODEL_PROVIDERS: .*json is not JSON$/u],
    ['is no list', { providers: [] }, /MODEL_PROVIDERS: .*expected array/u],
    ['has a field that nobody knows', [entry({ baseURL: 'x' })], /: 0: Unrecognized key/u],
    ['names no address', [entry({ baseUrl: ' ' })], /0\.baseUrl: must be an http/u],
    ['has an address without a scheme', [entry({ baseUrl: 'localhost:1' })], /0\.baseUrl: must be an http/u],
    ['has a password in an address', [entry({ baseUrl: 'http://a:b@host/v1' })], /0\.baseUrl: must not hold a password/u],
    ['has an id with a slash', [entry({ id: 'a/b' })], /0\.id: must be/u],
    ['has an id twice', [entry(), entry()], /two providers with the id local/u],
    ['has the id of a shorthand', [entry({ id: 'openai' })], /two providers with the id openai/u],
    ['names no model', [entry({ defaultModel: undefined })], /0\.defaultModel: is missing/u],
    ['has a default that may not be used', [entry({ models: ['x'] })], /0\.defaultModel: is not among the models/u],
    ['wants a variable that is blank', [entry({ apiKeyEnv: 'BLANK' })], /0\.apiKeyEnv: the variable BLANK is not set/u],
    ['wants a variable that is missing', [entry({ headers: { 'x-a': '${NONE}' } })], /0\.headers\.x-a: the variable NONE/u],
    ['has a blank key', [entry({ apiKey: ' ' })], /0\.apiKey: is blank/u],
    ['has two keys', [entry({ apiKey: 'a', apiKeyEnv: 'SECRET' })], /0\.apiKey: apiKeyEnv is there, too/u],
    ['sets a header that is ours', [entry({ headers: { Host: 'x' } })], /0\.headers: Host cannot be set/u],
    ['has a header that is none', [entry({ headers: { 'x y': '1' } })], /0\.headers: "x y" is no name/u],
    ['has a price below nothing', [entry({ prices: { m: { input: -1, output: 1 } } })], /0\.prices\.m\.input/u],
    ['has a tiny window', [entry({ contextWindow: 10 })], /0\.contextWindow/u],
  ]

  test.each(mistakes)('that %s stops the start with one line', (_name, content, message) => {
    const environment = { OPENAI_API_KEY: 'sk-secret', SECRET: 'sk-secret', BLANK: ' ', MODEL_PROVIDERS: fileOf(content) }
    const read = () => settingsOf(environment)
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(message)
    expect(read).not.toThrow(/sk-secret|\n/u)
  })

  test('that is not there', () => {
    expect(() => settingsOf({ MODEL_PROVIDERS: join(directory, 'none.json') })).toThrow(
      /MODEL_PROVIDERS: .*none\.json cannot be read \(ENOENT\)/u,
    )
  })
})

test.each([
  [{ OPENAI_HEADERS: '{"a"' }, /^OPENAI_HEADERS: is not JSON$/u],
  [{ OPENAI_HEADERS: '{"a":1}' }, /^OPENAI_HEADERS: a: /u],
  [{ OPENAI_HEADERS: '{"x-key":"sk-secret\\nx"}' }, /^OPENAI_HEADERS: "x-key" is no name/u],
  [{ OPENAI_BASE_URL: 'http://a:sk-secret@host/v1' }, /^OPENAI_BASE_URL: must not hold a password/u],
  [{ MODEL_PRICE_JSON: '{"m":{"input":"cheap"}}' }, /^MODEL_PRICE_JSON: m\.input/u],
  [{ LLM_API: 'both' }, /^LLM_API: /u],
  [{ MODEL_INPUT: 'image,smell' }, /^MODEL_INPUT: must be a list of text, image, audio, pdf, separated by commas/u],
  [{ MODEL_CONTEXT_WINDOW: '12' }, /^MODEL_CONTEXT_WINDOW: must be at least 256/u],
])('%j is a bad value', (environment, message) => {
  expect(() => settingsOf(environment as Record<string, string>)).toThrow(message)
  expect(() => settingsOf(environment as Record<string, string>)).not.toThrow(/sk-secret/u)
})
