import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { createGate, hangBeforeHeaders, tokens, tokensText } from '../testing/scripted-provider/index.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

async function send(user: TestUser, content: string, more: { conversationId?: string } = {}) {
  return user.client.messages.send.mutate({ requestId: randomUUID(), content, ...more })
}

test('[R12] a cancel in mid-stream keeps what was said and closes the socket to the provider (attack G7)', async () => {
  const user = await app.createUser()
  const index = app.provider.calls
  const { conversationId, assistantMessageId } = await send(user, 'tokens 100000 at 200')
  const reader = follow(user.client, conversationId)
  await reader.until(() => (reader.message(assistantMessageId)?.content.length ?? 0) > 100)

  const answers = await Promise.all(
    Array.from({ length: 5 }, () => user.client.messages.cancel.mutate({ messageId: assistantMessageId })),
  )

  expect(new Set(answers.map(({ id }) => id))).toEqual(new Set([assistantMessageId]))
  await reader.until(() => reader.message(assistantMessageId)?.status === 'cancelled')
  expect(await app.provider.closed(index)).toMatchObject({ byClient: true })
  const content = reader.message(assistantMessageId)?.content ?? ''
  expect(tokensText(100_000).startsWith(content)).toBe(true)
  expect(content.length).toBeGreaterThan(100)
  const stored = await user.client.messages.content.query({ messageId: assistantMessageId })
  expect(stored).toMatchObject({ content, status: 'cancelled' })
  expect(await user.client.messages.cancel.mutate({ messageId: assistantMessageId })).toEqual({
    id: assistantMessageId,
    status: 'cancelled',
  })
})

test('a cancel before the first token ends the answer and the call', async () => {
  const user = await app.createUser()
  const index = app.provider.calls
  const { conversationId, assistantMessageId } = await send(user, 'hang')
  await app.provider.request(index)
  const reader = follow(user.client, conversationId)
  await user.client.messages.cancel.mutate({ messageId: assistantMessageId })
  await reader.until(() => reader.message(assistantMessageId)?.status === 'cancelled')
  expect(await app.provider.closed(index)).toMatchObject({ byClient: true })
  expect(reader.message(assistantMessageId)?.parts).toEqual([])
})

test('a cancel that comes right after the send leaves nothing running, whoever wins', async () => {
  const user = await app.createUser()
  const ends = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const { conversationId, assistantMessageId } = await send(user, 'tokens 100000 at 100')
      await user.client.messages.cancel.mutate({ messageId: assistantMessageId })
      const reader = follow(user.client, conversationId)
      await reader.until(() => reader.message(assistantMessageId)?.status === 'cancelled')
      return reader.state().conversation?.hasActiveGeneration
    }),
  )
  expect(ends).toEqual(ends.map(() => false))
  await expect.poll(() => app.provider.active).toBe(0)
})

test('[R5] an answer that waits behind another is cancelled with it, and released by any other end', async () => {
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(tokens(10, { stopAfter: 5, then: gate }))
  const first = await send(user, 'first')
  const { conversationId } = first
  const second = await send(user, 'second', { conversationId })
  const third = await send(user, 'third', { conversationId })
  const reader = follow(user.client, conversationId)
  await reader.until(() => (reader.message(first.assistantMessageId)?.content.length ?? 0) > 0)
  expect(reader.message(second.assistantMessageId)?.status).toBe('queued')

  // Cancelling the one in the middle takes the last with it; the first continues.
  await user.client.messages.cancel.mutate({ messageId: second.assistantMessageId })
  await reader.until(() => reader.message(third.assistantMessageId)?.status === 'cancelled')
  expect(reader.message(second.assistantMessageId)?.status).toBe('cancelled')
  expect(reader.message(first.assistantMessageId)?.status).toBe('generating')

  const fourth = await send(user, 'fourth', { conversationId })
  expect(fourth.conversationId).toBe(conversationId)
  const behind = await user.client.messages.send.mutate({
    requestId: randomUUID(),
    conversationId,
    parentId: first.assistantMessageId,
    content: 'behind the first',
  })
  await reader.until(() => reader.message(behind.assistantMessageId)?.status === 'queued')
  gate.open()
  await reader.until(() => reader.message(behind.assistantMessageId)?.status === 'completed')
  expect(reader.message(first.assistantMessageId)?.content).toBe(tokensText(10))
})

test('a cancel from another client reaches the reader of the first', async () => {
  const user = await app.createUser()
  app.provider.script(hangBeforeHeaders)
  const { conversationId, assistantMessageId } = await send(user, 'anything')
  const overSocket = follow(user.client, conversationId)
  const overSse = follow(user.sseClient, conversationId)
  await overSse.until(() => overSse.message(assistantMessageId)?.status === 'generating')
  await user.sseClient.messages.cancel.mutate({ messageId: assistantMessageId })
  await overSocket.until(() => overSocket.message(assistantMessageId)?.status === 'cancelled')
  await overSse.until(() => overSse.message(assistantMessageId)?.status === 'cancelled')
  expect(overSse.message(assistantMessageId)).toEqual(overSocket.message(assistantMessageId))
})

test('a question that is deleted takes the answer that waits for it along, and nothing is stuck', async () => {
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(tokens(10, { stopAfter: 5, then: gate }))
  const first = await send(user, 'first')
  const { conversationId } = first
  const second = await send(user, 'second', { conversationId })
  await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId: second.userMessageId })
  gate.open()
  const reader = follow(user.client, conversationId)
  await reader.until((state) => state.conversation?.hasActiveGeneration === false)
  const { messages } = await user.client.conversations.get.query({ conversationId, leafId: second.assistantMessageId })
  expect(messages.map(({ id, status }) => ({ id, status }))).toEqual([
    { id: first.userMessageId, status: 'completed' },
    { id: first.assistantMessageId, status: 'completed' },
    { id: second.assistantMessageId, status: 'cancelled' },
  ])
})
