import { afterAll, beforeAll, expect, test } from 'vitest'
import { askFor, collectAnswer } from '../../../testing/scripted-provider/collect-answer.ts'
import {
  createScriptedProvider,
  httpAnswer,
  pictures,
  raw,
  type ScriptedProvider,
} from '../../../testing/scripted-provider/index.ts'
import type { ModelEvent } from '../model.ts'
import { createOpenAiProvider } from './create-openai-provider.ts'

let scripted: ScriptedProvider
beforeAll(async () => {
  scripted = await createScriptedProvider()
})
afterAll(() => scripted[Symbol.asyncDispose]())

const apis = ['chat', 'responses'] as const

function createProvider(api: (typeof apis)[number]) {
  const config = { name: 'Scripted', baseUrl: scripted.baseUrl, apiKey: null, defaultModel: 'm', api }
  return createOpenAiProvider({ config, idleTimeoutMs: 5_000 })
}

test.each(apis)('%s: pictures come in their order, each once, and drafts of them not at all', async (api) => {
  scripted.script(pictures('Here:', 'AAAA', 'BBBB', 'AAAA'))
  const before = scripted.calls
  expect(await collectAnswer(createProvider(api))).toMatchObject({
    text: 'Here:',
    pictures: ['AAAA', 'BBBB'],
    finishReason: 'stop',
    usage: { inputTokens: 10, outputTokens: 1_290, estimated: false },
  })
  expect(scripted.calls - before).toBe(1)
})

test.each(apis)('%s: a picture of 12 MB comes whole', async (api) => {
  const large = 'iVBORw0KGgo'.repeat(1_500_000)
  scripted.script(pictures('', large))
  const answer = await collectAnswer(createProvider(api))
  expect(answer.pictures?.map((picture) => picture?.length)).toEqual([large.length])
})

test.each([
  [
    'chat',
    {
      choices: [
        {
          index: 0,
          message: { content: 'Here:', images: [{ image_url: { url: 'data:image/png;base64,AAAA' } }] },
          finish_reason: 'stop',
        },
      ],
    },
  ],
  [
    'responses',
    {
      status: 'completed',
      output: [
        { id: 'm', type: 'message', content: [{ type: 'output_text', text: 'Here:' }] },
        { id: 'i', type: 'image_generation_call', status: 'completed', result: 'AAAA' },
      ],
    },
  ],
] as const)('%s: a picture in an answer in one piece', async (api, body) => {
  scripted.script(httpAnswer(200, body))
  expect(await collectAnswer(createProvider(api))).toMatchObject({ text: 'Here:', pictures: ['AAAA'] })
})

test('a picture that could not be generated is one that cannot be read, and is not asked for again', async () => {
  const item = { id: 'i', type: 'image_generation_call', status: 'failed', result: null }
  const completed = { type: 'response.completed', response: { status: 'completed', output: [item] } }
  scripted.script(
    raw(
      `data: ${JSON.stringify({ type: 'response.output_item.done', output_index: 0, item })}\n\ndata: ${JSON.stringify(completed)}\n\n`,
    ),
  )
  expect(await collectAnswer(createProvider('responses'))).toMatchObject({ pictures: [null], finishReason: 'stop' })
})

test('a picture stands between the texts around it, and a step with one is replayed as text', async () => {
  scripted.script(async (reply) => {
    await reply.think('A cat.')
    await reply.tokens(['Before'])
    await reply.picture('AAAA')
    await reply.tokens(['After'])
    await reply.finish()
  })
  const events: ModelEvent[] = []
  for await (const event of createProvider('responses').stream(askFor('Draw'))) events.push(event)
  expect(events.flatMap((event) => ('text' in event ? event.text : event.type === 'picture' ? [event.base64] : []))).toEqual([
    'A cat.',
    'Before',
    'AAAA',
    'After',
  ])
  expect(events.some(({ type }) => type === 'replay')).toBe(false)
})
