import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askFor, collectAnswer } from '../../testing/scripted-provider/collect-answer.ts'
import type { ModelProvider } from './model.ts'
import { createOpenAiProvider } from './openai/create-openai-provider.ts'

/** The same driver against a third-party provider. */
let mock: LLMock
beforeAll(async () => {
  mock = await LLMock.create({ port: 0, logLevel: 'silent', chunkSize: 7 })
})
afterAll(async () => {
  await mock.stop()
})

function createProvider(api: 'chat' | 'responses'): ModelProvider {
  const config = { name: 'aimock', baseUrl: `${mock.url}/v1`, apiKey: 'mock', defaultModel: 'gpt-4.1-mini', api }
  return createOpenAiProvider({ config, idleTimeoutMs: 5000 })
}

const user = (content: string) => ({ model: 'gpt-4.1-mini', messages: [{ role: 'user', content }] as const })
const tools = [
  { name: 'add_task', description: 'Adds a task', parameters: { type: 'object', properties: { title: { type: 'string' } } } },
]

describe.each(['chat', 'responses'] as const)('aimock through %s', (api) => {
  let provider: ModelProvider
  beforeAll(() => {
    mock.clearFixtures()
    provider = createProvider(api)
  })

  test('streams an answer with its usage', async () => {
    const content = 'The sea is calm — añ 👩‍👩‍👧 日本.'
    mock.onMessage('stream', { content, usage: { prompt_tokens: 7, completion_tokens: 9, total_tokens: 16 } })
    expect(await collectAnswer(provider, user('stream'))).toEqual({
      text: content,
      finishReason: 'stop',
      usage: { inputTokens: 7, outputTokens: 9, estimated: false },
    })
  })

  test('streams reasoning apart from the answer', async () => {
    mock.onMessage('think', { content: 'Four.', reasoning: 'Two and two.' })
    expect(await collectAnswer(provider, user('think'))).toMatchObject({
      text: 'Four.',
      reasoning: 'Two and two.',
      finishReason: 'stop',
    })
  })

  test('answers in one piece', async () => {
    mock.onMessage('whole', { content: 'A title' })
    expect(await provider.complete(askFor('whole', { model: 'gpt-4.1-mini' }))).toMatchObject({
      text: 'A title',
      finishReason: 'stop',
    })
  })

  test('lists models', async () => {
    const models = await provider.list(new AbortController().signal)
    expect(models.length).toBeGreaterThan(0)
    expect(models.every(({ id }) => id !== '')).toBe(true)
  })

  test('calls tools, and continues with their results', async () => {
    const args = '{"title":"Buy milk"}'
    mock.onToolResult('call00001', { content: 'I added it.' })
    mock.onMessage('add', {
      toolCalls: [
        { name: 'add_task', arguments: args },
        { name: 'add_task', arguments: '{}' },
      ],
    })
    expect(await collectAnswer(provider, { ...user('add'), tools })).toMatchObject({
      calls: [
        { name: 'add_task', args },
        { name: 'add_task', args: '{}' },
      ],
      finishReason: 'tool-calls',
    })
    const messages = [
      { role: 'user', content: 'add' },
      { role: 'assistant', content: '', toolCalls: [{ callId: '0198c0de-0000-7000-8000-000000000000', name: 'add_task', args }] },
      { role: 'tool', callId: '0198c0de-0000-7000-8000-000000000000', content: '{"status":"created"}' },
    ] as const
    expect(await collectAnswer(provider, { model: 'gpt-4.1-mini', messages, tools })).toMatchObject({ text: 'I added it.' })
  })

  test.each([
    [429, 'rate_limit_exceeded', 'provider-rate-limited', true],
    [429, 'insufficient_quota', 'provider-quota', false],
    [500, 'server_error', 'provider-error', true],
    [401, 'invalid_api_key', 'provider-unauthorized', false],
  ])('fails with %i %s', async (status, code, expected, retryable) => {
    mock.nextRequestError(status, { message: 'scripted', code, type: code })
    expect(await collectAnswer(provider, user('error'))).toMatchObject({ error: expected, retryable })
  })

  test('breaks off in the middle', async () => {
    mock.onMessage('truncate', { content: 'one two three four five six seven eight' }, { latency: 10, truncateAfterChunks: 3 })
    const answer = await collectAnswer(provider, user('truncate'))
    expect(answer).toMatchObject({ error: 'connection-lost', retryable: true })
    expect('one two three four five six seven eight'.startsWith(answer.text ?? '')).toBe(true)
  })

  test('drops the connection', async () => {
    mock.onMessage('disconnect', { content: 'word '.repeat(200) }, { latency: 5, disconnectAfterMs: 60 })
    expect(await collectAnswer(provider, user('disconnect'))).toMatchObject({ error: 'connection-lost', retryable: true })
  })
})
