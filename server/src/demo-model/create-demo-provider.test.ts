import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askFor, collectAnswer } from '../../testing/scripted-provider/collect-answer.ts'
import type { ModelProvider } from '../models/model.ts'
import { createOpenAiProvider } from '../models/openai/create-openai-provider.ts'
import { streamReply } from './answer-request.ts'
import { createDemoProvider } from './create-demo-provider.ts'
import { readDemoRequest } from './demo-request.ts'
import { startDemoServer } from './demo-server.ts'
import { longAnswer } from './texts/long-answer.ts'

let demo: ModelProvider & AsyncDisposable
beforeAll(async () => {
  demo = await createDemoProvider({ idleTimeoutMs: 5000 })
})
afterAll(async () => {
  await demo[Symbol.asyncDispose]()
})

const user = (content: string) => ({ messages: [{ role: 'user', content }] as const })

describe('the demo as a provider', () => {
  test('says what it is', () => {
    expect(demo).toMatchObject({ name: 'Demo', demo: true, defaultModel: 'demo-rules', host: 'built in' })
  })

  test('lists one model', async () => {
    expect(await demo.list(new AbortController().signal)).toMatchObject([{ id: 'demo-rules' }])
  })

  test('streams, ends and counts', async () => {
    expect(await collectAnswer(demo, user('count to 5'))).toEqual({
      text: '1 2 3 4 5',
      finishReason: 'stop',
      usage: { inputTokens: 3, outputTokens: 5, estimated: false },
    })
  })

  test('streams word by word, and every character arrives', async () => {
    let pieces = 0
    let text = ''
    for await (const event of demo.stream(askFor('write a long answer, fast'))) {
      if (event.type !== 'text') continue
      pieces += 1
      text += event.text
    }
    expect(text).toBe(longAnswer)
    expect(pieces).toBeGreaterThan(500)
  })

  test('answers in one piece when no stream is requested', async () => {
    expect(await demo.complete({ ...askFor('Give this a title:\n\nplan my week') })).toMatchObject({
      text: 'Plan my week',
      finishReason: 'stop',
    })
  })

  test('can be stopped', async () => {
    const controller = new AbortController()
    const reading = (async () => {
      for await (const _ of demo.stream(askFor('count slowly to 500', { signal: controller.signal }))) controller.abort()
    })()
    await expect(reading).rejects.toMatchObject({ code: 'aborted' })
  })

  test('is not there any more once it is disposed', async () => {
    const other = await createDemoProvider({ idleTimeoutMs: 5000 })
    await other[Symbol.asyncDispose]()
    await expect(other.list(new AbortController().signal)).rejects.toMatchObject({ code: 'provider-unreachable' })
  })
})

describe('the demo’s server', () => {
  test('refuses what is not a chat request, in OpenAI’s words', async () => {
    await using server = await startDemoServer()
    const send = async (path: string, init?: RequestInit) => {
      const response = await fetch(server.baseUrl + path, init)
      return [response.status, await response.json()] as const
    }
    expect(await send('/chat/completions', { method: 'POST', body: '{' })).toMatchObject([
      400,
      { error: { message: 'Not a chat request' } },
    ])
    expect(await send('/embeddings', { method: 'POST', body: '{}' })).toMatchObject([404, { error: { message: 'Not found' } }])
  })

  test('sends tool calls as OpenAI does', async () => {
    const body = { model: 'demo-rules', messages: [{ role: 'user', content: 'x' }], stream: true }
    const request = readDemoRequest(body)
    if (!request) throw new Error('the request was not read')
    const calls = [
      { name: 'add_task', args: { title: 'Buy milk and bread', dueDate: '2026-11-27' } },
      { name: 'list_tasks', args: {} },
    ]
    const server = createServer((_, response) => {
      void streamReply({ plan: { kind: 'tool-calls', calls }, tokensPerSecond: Infinity }, request, response)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    const config = { kind: 'openai', name: 'x', baseUrl, apiKey: null, defaultModel: 'x', note: null } as const
    const answer = await collectAnswer(createOpenAiProvider({ config, idleTimeoutMs: 5000 }))
    server.closeAllConnections()
    server.close()
    expect(answer).toEqual({
      calls: calls.map(({ name, args }) => ({ name, args: JSON.stringify(args) })),
      finishReason: 'tool-calls',
    })
  })
})
