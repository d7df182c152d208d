import { randomUUID } from 'node:crypto'
import type { Message } from '@holdfast/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { raw, text, thinking, type Answer } from '../testing/scripted-provider/index.ts'
import { ask, type Answered } from './send.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp({ env: { AUTO_CONTINUE: 'off' } })
})
afterAll(() => app[Symbol.asyncDispose]())

async function readAnswer(user: TestUser, { conversationId, assistantMessageId }: Answered): Promise<Message | undefined> {
  const { messages } = await user.client.conversations.get.query({ conversationId })
  return messages.find(({ id }) => id === assistantMessageId)
}

async function answerWith(answer: Answer) {
  const user = await app.createUser()
  app.provider.script(answer)
  const answered = await ask(user, 'question')
  return { user, answered, message: await readAnswer(user, answered) }
}

async function goOn(user: TestUser, { conversationId, assistantMessageId: messageId }: Answered, answer: Answer) {
  app.provider.script(answer)
  const reader = follow(user.client, conversationId)
  await reader.until((state) => state.conversation !== null)
  await user.client.messages.continue.mutate({ requestId: randomUUID(), messageId })
  await reader.until(() => reader.batches.flat().some(({ event }) => event.type === 'generation-ended'))
  reader.stop()
  return {
    live: reader.message(messageId),
    stored: await readAnswer(user, { conversationId, assistantMessageId: messageId } as Answered),
  }
}

const chunk = (choice: object) => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`
const usage = { prompt_tokens: 10, completion_tokens: 4 }
const nothing = (finishReason: string): Answer => raw(chunk({ delta: {}, finish_reason: finishReason }), 'data: [DONE]\n\n')
const halfACall: Answer = raw(
  chunk({ delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'list_tasks', arguments: '{"sta' } }] } }),
  chunk({ delta: {}, finish_reason: 'length' }),
  'data: [DONE]\n\n',
)

test('G15 an answer grew without a limit: it ends at 1,000,000 characters, says so, and the provider is hung up on (attack G15)', async () => {
  const { promise: hungUp, resolve } = Promise.withResolvers<void>()
  const { message } = await answerWith(async (reply) => {
    reply.gone.addEventListener('abort', () => resolve())
    for (;;) await reply.tokens(['x'.repeat(90_000)])
  })
  await hungUp
  expect(message).toMatchObject({ status: 'completed', notes: [{ kind: 'cut-at-limit' }] })
  expect(message?.content.length).toBe(990_000)
})

describe('B01 an answer that was cut at the limit of tokens', () => {
  test.each(['length', 'max_tokens', 'model_length', 'MAX_TOKENS', 'max_output_tokens', 'LENGTH', 'token_limit'])(
    'says so, and can be continued: %s',
    async (finishReason) => {
      const { user, answered, message } = await answerWith(text('The three rules are', { finishReason, usage }))
      expect(message).toMatchObject({ status: 'completed', notes: [{ kind: 'cut-at-limit', outputTokens: 4 }] })
      const { live, stored } = await goOn(user, answered, text(' these.'))
      expect(stored).toMatchObject({ status: 'completed', content: 'The three rules are these.' })
      expect(stored).not.toHaveProperty('notes')
      expect(live).toEqual(stored)
    },
  )

  test('and again, if it is cut again', async () => {
    const { user, answered } = await answerWith(text('One', { finishReason: 'length' }))
    const { stored } = await goOn(user, answered, text(' two', { finishReason: 'length' }))
    expect(stored).toMatchObject({ content: 'One two', notes: [{ kind: 'cut-at-limit' }] })
  })

  test.each([
    ['half a call of a tool', halfACall],
    ['thoughts alone', thinking('Hm.', text('', { finishReason: 'length' }))],
    ['nothing', nothing('length')],
  ])('fails with a sentence where it has no text: %s', async (_name, answer) => {
    const calls = app.provider.calls
    const { message } = await answerWith(answer)
    expect(message).toMatchObject({ status: 'error', error: { code: 'cut-before-answer' } })
    expect(app.provider.calls - calls).toBe(1)
  })
})

test('B02 thoughts without an answer are no answer', async () => {
  const { message } = await answerWith(thinking('The user says hello.', text('')))
  expect(message).toMatchObject({ status: 'error', error: { code: 'only-thoughts' }, content: '' })
  expect(message?.parts).toMatchObject([{ type: 'reasoning', text: 'The user says hello.' }])
})

test.each(['content_filter', 'sensitive', 'SAFETY', 'PROHIBITED_CONTENT', 'guardrail_intervened', 'content-filter'])(
  'an answer that a filter stopped says so, whatever its name: %s',
  async (finishReason) => {
    const { message } = await answerWith(text('Well,', { finishReason }))
    expect(message).toMatchObject({ status: 'error', content: 'Well,', error: { code: 'content-filter' } })
  },
)

test('R9 a continuation that has nothing to add completes the answer', async () => {
  const { user, answered, message } = await answerWith(async (reply) => {
    await reply.tokens(['All is said.'])
    reply.end()
  })
  expect(message?.status).toBe('error')
  const calls = app.provider.calls
  const { stored } = await goOn(user, answered, nothing('stop'))
  expect(stored).toMatchObject({ status: 'completed', content: 'All is said.', error: null })
  expect(app.provider.calls - calls).toBe(1)
})

test.each([
  ['tokens', { prompt_tokens: 2_147_483_648, completion_tokens: 5 }],
  ['more tokens', { prompt_tokens: 12, completion_tokens: 4_294_967_296 }],
  ['a cost', { prompt_tokens: 12, completion_tokens: 5, cost: 1e13 }],
])('B15 usage that cannot be ends no answer: %s', async (_name, absurd) => {
  const { message } = await answerWith(text('All good.', { usage: absurd }))
  expect(message).toMatchObject({ status: 'completed', content: 'All good.', error: null })
  expect(message?.usage?.inputTokens).toBeLessThan(1_000_000)
})
