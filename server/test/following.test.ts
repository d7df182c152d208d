import type { EventRecord } from '@holdfast/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catchUp } from './catch-up.ts'
import { connect, createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { follow, type Follower } from './follow.ts'
import { errorToRefused } from './refused.ts'
import { createGate, tokens, tokensText } from '../testing/scripted-provider/index.ts'
import { ask, send } from './send.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

/** Every event came once, in order; a snapshot only at the start. */
function expectDense(records: readonly EventRecord[]) {
  const [first, ...rest] = records
  expect(rest.map(({ event }) => event.type)).not.toContain('snapshot')
  expect(rest.map(({ seq }) => seq)).toEqual(rest.map((_, index) => (first?.seq ?? 0) + 1 + index))
  const times = records.map(({ at }) => at)
  expect(times).toEqual(times.toSorted())
}

const textOf = (reader: Follower, messageId: string) => reader.message(messageId)?.content ?? ''

describe('a line that breaks in mid-stream', () => {
  test('[C7] five times costs no event and doubles none', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(600, { perSecond: 600 }))
    const { conversationId, assistantMessageId } = await send(user, 'one')
    const reader = follow(user.client, conversationId)
    for (let drop = 1; drop <= 5; drop += 1) {
      await reader.until(() => textOf(reader, assistantMessageId).length > drop * 400)
      user.dropSocket()
    }
    await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
    expect(textOf(reader, assistantMessageId)).toBe(tokensText(600))
    expectDense(reader.batches.flat())
    const { messages } = await catchUp(user, reader, { conversationId })
    expect(messages.map(({ id }) => reader.message(id))).toEqual(messages)
    reader.stop()
  })

  test('while nothing happens, and everything while it was broken, is no difference', async () => {
    const user = await app.createUser()
    const gate = createGate()
    app.provider.script(tokens(300, { stopAfter: 10, then: gate }))
    const { conversationId, assistantMessageId } = await send(user, 'one')
    const reader = follow(user.client, conversationId)
    await reader.until(() => textOf(reader, assistantMessageId) === tokensText(10))
    // The whole rest happens before this reader is back: it is asked for from the log.
    gate.open()
    user.dropSocket()
    await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
    user.dropSocket()
    await user.client.conversations.update.mutate({ conversationId, title: 'Meanwhile' })
    await reader.until(({ conversation }) => conversation?.title === 'Meanwhile')
    expect(textOf(reader, assistantMessageId)).toBe(tokensText(300))
    expectDense(reader.batches.flat())
    reader.stop()
  })
})

test('[C3] readers that join at different places all have everything', async () => {
  const user = await app.createUser()
  app.provider.script(tokens(400, { perSecond: 500 }))
  const { conversationId, assistantMessageId } = await send(user, 'one')
  const first = follow(user.client, conversationId)
  const readers = [first]
  for (let joined = 1; joined <= 6; joined += 1) {
    await first.until(() => textOf(first, assistantMessageId).length > joined * 200)
    const other = connect(app.url, user.token)
    readers.push(follow(joined % 2 === 0 ? other.client : other.sseClient, conversationId))
  }
  const wholeLog = follow(user.sseClient, conversationId, { lastEventId: '0' })
  readers.push(wholeLog)
  for (const reader of readers) {
    await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
    expect(textOf(reader, assistantMessageId)).toBe(tokensText(400))
    await catchUp(user, reader, { conversationId })
    expectDense(reader.batches.flat())
    expect(reader.message(assistantMessageId)).toEqual(first.message(assistantMessageId))
    reader.stop()
  }
})

test('the same reader over SSE and over WebSocket hears the same', async () => {
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(tokens(50, { stopAfter: 1, then: gate }))
  const { conversationId, assistantMessageId } = await send(user, 'one')
  const readers = [user.client, user.sseClient].map((client) => follow(client, conversationId, { lastEventId: '0' }))
  for (const reader of readers) await reader.until(() => textOf(reader, assistantMessageId) === 't1 ')
  gate.open()
  for (const reader of readers) await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  const [overSocket, overSse] = readers.map((reader) => {
    reader.stop()
    return reader.batches.flat().filter(({ event }) => event.type !== 'conversation-updated')
  })
  expect(overSse).toEqual(overSocket)
})

test('two conversations on one line do not mix', async () => {
  const user = await app.createUser()
  app.provider.script(tokens(100, { perSecond: 400 }))
  const sent = await Promise.all([send(user, 'one'), send(user, 'two'), send(user, 'three')])
  const readers = sent.map(({ conversationId }) => follow(user.client, conversationId))
  for (const [index, reader] of readers.entries()) {
    const { assistantMessageId = '', conversationId = '' } = sent[index] ?? {}
    await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
    expect(Object.values(reader.state().settled).map((message) => message.conversationId)).toEqual([
      conversationId,
      conversationId,
    ])
    expectDense(reader.batches.flat())
    reader.stop()
  }
})

describe('[C6] after conversation-deleted', () => {
  test.each([
    ['to the trash', false],
    ['for good', true],
  ])('%s the stream completes for every reader', async (_where, permanent) => {
    const user = await app.createUser()
    app.provider.script(tokens(3))
    const { conversationId } = await ask(user, 'one')
    const readers = [user.client, user.sseClient].map((client) => follow(client, conversationId))
    for (const reader of readers) await reader.until(({ conversation }) => conversation !== null)
    await user.client.conversations.delete.mutate({ conversationId, permanent })
    for (const reader of readers) {
      await reader.ended
      expect(reader.state().deleted).toBe(true)
      expect(reader.batches.flat().at(-1)?.event).toEqual({ type: 'conversation-deleted' })
      expectDense(reader.batches.flat())
    }
  })

  test('a reader that comes later learns once that the conversation does not exist', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(3))
    const { conversationId } = await ask(user, 'one')
    await user.client.conversations.delete.mutate({ conversationId })
    for (const lastEventId of [undefined, '1', '999']) {
      const reader = follow(user.client, conversationId, lastEventId === undefined ? {} : { lastEventId })
      const error = await reader.ended.then(
        () => null,
        (reason: unknown) => errorToRefused(reason as Error),
      )
      expect(error).toEqual({ code: 'NOT_FOUND', message: 'Conversation not found' })
      expect(reader.batches).toEqual([])
    }
  })

  test('a reader that was away while it was in the trash and taken out again goes on', async () => {
    const user = await app.createUser()
    const { id: conversationId } = await user.client.conversations.create.mutate({})
    const rename = (title: string) => user.client.conversations.update.mutate({ conversationId, title })
    await rename('before')
    await user.client.conversations.delete.mutate({ conversationId })
    await user.client.conversations.restore.mutate({ conversationId })
    for (const client of [user.client, user.sseClient]) {
      const reader = follow(client, conversationId, { lastEventId: '0' })
      await reader.until(({ cursor }) => cursor >= 3)
      await rename('after')
      await reader.until(({ conversation }) => conversation?.title === 'after')
      expect(reader.state().deleted).toBe(false)
      await rename('before')
      reader.stop()
    }
  })

  test('a reader that was away while it was deleted for good is not left waiting', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(3))
    const { conversationId } = await ask(user, 'one')
    const reader = follow(user.client, conversationId)
    await reader.until(({ conversation }) => conversation !== null)
    const [socket] = user.sockets()
    socket?.pause()
    user.dropSocket()
    await user.client.conversations.delete.mutate({ conversationId, permanent: true })
    const end = await reader.ended.then(
      () => 'completed',
      (reason: unknown) => errorToRefused(reason as Error).code,
    )
    expect(['completed', 'NOT_FOUND']).toContain(end)
  })
})
