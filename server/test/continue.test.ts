import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catchUp } from './catch-up.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { refused } from './refused.ts'
import { createGate, tokens, tokensText, type Answer } from '../testing/scripted-provider/index.ts'
import { ask, send, type Answered } from './send.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp({ env: { AUTO_CONTINUE: 'off' } })
})
afterAll(() => app[Symbol.asyncDispose]())

/** An answer that broke off after these pieces. */
async function brokenOff(user: TestUser, pieces: readonly string[], more: { conversationId?: string } = {}): Promise<Answered> {
  app.provider.script(async (reply) => {
    await reply.tokens(pieces)
    reply.end()
  })
  const answered = await ask(user, 'question', more)
  expect(answered).toMatchObject({ status: 'error', response: pieces.join('') })
  return answered
}

/** Continues with what the model says now and gives the whole message. */
async function goOn(user: TestUser, { conversationId, assistantMessageId }: Answered, answer: Answer) {
  app.provider.script(answer)
  const reader = follow(user.client, conversationId)
  await reader.until((state) => state.conversation !== null)
  const answered = await user.client.messages.continue.mutate({ requestId: randomUUID(), messageId: assistantMessageId })
  expect(answered).toEqual({ assistantMessageId })
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  const { messages } = await catchUp(user, reader, { conversationId })
  expect(reader.message(assistantMessageId)).toEqual(messages.at(-1))
  reader.stop()
  const events = reader.batches.flat().map(({ event }) => event)
  return {
    message: messages.at(-1),
    events: events.filter((event) => event.type !== 'snapshot' && event.type !== 'conversation-updated'),
  }
}

describe('an answer that broke off', () => {
  test('[R10] continues in the same message and the same part, and shows no error any more', async () => {
    const user = await app.createUser()
    const half = await brokenOff(user, ['t1 ', 't2 ', 't3 '])
    const { message, events } = await goOn(user, half, tokens(2, { from: 4 }))
    expect(message).toMatchObject({ content: tokensText(5), parts: [{ type: 'text', text: tokensText(5) }], error: null })
    const messageId = half.assistantMessageId
    expect(events.map(({ type }) => type)).toEqual([
      'generation-queued',
      'generation-started',
      ...events.filter(({ type }) => type === 'text-delta').map(() => 'text-delta'),
      'generation-ended',
    ])
    expect(events.find(({ type }) => type === 'text-delta')).toMatchObject({ messageId, part: 0, offset: tokensText(3).length })
    const { messageCount, activeMessageId } = (await user.client.conversations.get.query({ conversationId: half.conversationId }))
      .conversation
    expect([messageCount, activeMessageId]).toEqual([2, messageId])
  })

  test('asks the model to continue after its own words', async () => {
    const user = await app.createUser()
    const half = await brokenOff(user, ['Once upon a time ', 'there was'])
    await goOn(user, half, tokens(1))
    const { messages = [] } = app.provider.requests.at(-1)?.body ?? {}
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user'])
    expect(messages[2]?.content).toBe('Once upon a time there was')
  })

  test('does not say its last words again when the model repeats them, in whatever pieces', async () => {
    const user = await app.createUser()
    const before = 'It was the best of times, it was the worst of times'
    for (const pieces of [
      ['it was the worst of times, it was the age'],
      [...'it was the worst of times, it was the age'],
      ['it was', ' the worst of ti', 'mes', ', it was the age'],
    ]) {
      const half = await brokenOff(user, [before])
      const { message } = await goOn(user, half, async (reply) => {
        await reply.tokens(pieces)
        await reply.finish()
      })
      expect(message?.content).toBe(`${before}, it was the age`)
    }
  })

  test('keeps what only looks like a repetition', async () => {
    const user = await app.createUser()
    for (const [before, pieces] of [
      ['and then he said the', [' the the']],
      ['It was the best of times', ['It was the best', ' of all']],
      ['short', ['short']],
    ] as const) {
      const half = await brokenOff(user, [before])
      const { message } = await goOn(user, half, async (reply) => {
        await reply.tokens(pieces)
        await reply.finish()
      })
      expect(message?.content).toBe(before + pieces.join(''))
    }
  })

  test('[R10] opens a new part after reasoning', async () => {
    const user = await app.createUser()
    app.provider.script(async (reply) => {
      await reply.tokens(['some'])
      await reply.delta({ reasoning_content: 'hm' })
      reply.end()
    })
    const half = await ask(user, 'question')
    const { message } = await goOn(user, half, tokens(1))
    expect(message?.parts).toEqual([
      { type: 'text', text: 'some' },
      { type: 'reasoning', text: 'hm', durationMs: expect.any(Number) },
      { type: 'text', text: 't1 ' },
    ])
    expect(message?.content).toBe('somet1 ')
  })

  test('may break off again and again', async () => {
    const user = await app.createUser()
    const half = await brokenOff(user, ['t1 ', 't2 '])
    const { assistantMessageId: messageId, conversationId } = half
    const reader = follow(user.client, conversationId)
    for (let said = 2; said < 8; said += 2) {
      app.provider.script(tokens(4, { from: said + 1, stopAfter: 2, then: 'truncate' }))
      await user.client.messages.continue.mutate({ requestId: randomUUID(), messageId })
      await reader.until(
        () => reader.message(messageId)?.content === tokensText(said + 2) && reader.message(messageId)?.status === 'error',
      )
    }
    expect((await goOn(user, half, tokens(1, { from: 9 }))).message?.content).toBe(tokensText(9))
    reader.stop()
  })

  test('continues after a cancel that left text', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(100_000, { stopAfter: 3, then: 'hang' }))
    const sent = await send(user, 'question')
    const reader = follow(user.client, sent.conversationId)
    await reader.until(() => reader.message(sent.assistantMessageId)?.content === tokensText(3))
    await user.client.messages.cancel.mutate({ messageId: sent.assistantMessageId })
    await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'cancelled')
    reader.stop()
    const { message } = await goOn(user, { ...sent, status: 'cancelled', response: '' }, tokens(2, { from: 4 }))
    expect(message?.content).toBe(tokensText(5))
  })
})

test('[F5] a reader that shows another branch learns that an answer is being continued', async () => {
  const user = await app.createUser()
  const half = await brokenOff(user, ['t1 '])
  const { conversationId, userMessageId, assistantMessageId: messageId } = half
  app.provider.script(tokens(1))
  const other = await user.client.messages.edit.mutate({ requestId: randomUUID(), messageId: userMessageId, content: 'other' })
  await expect
    .poll(() => user.client.messages.content.query({ messageId: other.assistantMessageId }))
    .toMatchObject({ status: 'completed' })
  const reader = follow(user.client, conversationId)
  await reader.until((state) => state.conversation !== null)
  expect(reader.message(messageId)).toBeUndefined()

  const gate = createGate()
  app.provider.script(tokens(4, { from: 2, stopAfter: 2, then: gate }))
  await user.client.messages.continue.mutate({ requestId: randomUUID(), messageId })
  await reader.until(() => reader.message(messageId)?.content === tokensText(3))
  const { conversation } = await catchUp(user, reader, { conversationId })
  expect(conversation).toMatchObject({ hasActiveGeneration: true, state: 'thinking', activeMessageId: other.assistantMessageId })
  expect(reader.state().conversation).toEqual(conversation)
  gate.open()
  await reader.until(() => reader.message(messageId)?.status === 'completed')
  await catchUp(user, reader, { conversationId })
  expect(reader.state().conversation).toMatchObject({ hasActiveGeneration: false, state: 'idle' })
  reader.stop()
})

describe('an answer that cannot be continued', () => {
  const notContinuable = {
    code: 'CONFLICT',
    reason: 'not-continuable',
    issues: [{ path: 'messageId', message: 'this message cannot be continued' }],
  }
  const goOnWith = (user: TestUser, messageId: string) =>
    refused(user.client.messages.continue.mutate({ requestId: randomUUID(), messageId }))

  test('has a question, a whole answer, one that is being written, and one that failed before its first word', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(1))
    const whole = await ask(user, 'one')
    expect(await goOnWith(user, whole.userMessageId)).toMatchObject(notContinuable)
    expect(await goOnWith(user, whole.assistantMessageId)).toMatchObject(notContinuable)
    app.provider.script(tokens(9, { stopAfter: 1, then: 'hang' }))
    const running = await send(user, 'two')
    const queued = await send(user, 'three', { conversationId: running.conversationId })
    const reader = follow(user.client, running.conversationId)
    await reader.until(() => reader.message(running.assistantMessageId)?.content === 't1 ')
    expect(await goOnWith(user, running.assistantMessageId)).toMatchObject(notContinuable)
    expect(await goOnWith(user, queued.assistantMessageId)).toMatchObject(notContinuable)
    await user.client.messages.cancel.mutate({ messageId: running.assistantMessageId })
    await reader.until(() => reader.message(queued.assistantMessageId)?.status === 'cancelled')
    expect(await goOnWith(user, queued.assistantMessageId)).toMatchObject(notContinuable)
    reader.stop()
  })

  test('[R4] has an answer that is being continued already: of two concurrent requests one is refused', async () => {
    const user = await app.createUser()
    const half = await brokenOff(user, ['t1 '])
    const gate = createGate()
    app.provider.script(tokens(2, { from: 2, stopAfter: 1, then: gate }))
    const { assistantMessageId: messageId } = half
    const calls = Array.from({ length: 4 }, () => user.client.messages.continue.mutate({ requestId: randomUUID(), messageId }))
    const ends = await Promise.allSettled(calls)
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const end of ends)
      if (end.status === 'rejected') expect(await refused(Promise.reject(end.reason))).toMatchObject(notContinuable)
    gate.open()
    await expect
      .poll(() => user.client.messages.content.query({ messageId }))
      .toMatchObject({ status: 'completed', content: tokensText(3) })
  })
})
