import { randomUUID } from 'node:crypto'
import { addPage, pathTo, snapshotToState, type Message } from '@holdfast/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createLongPath } from './create-long-path.ts'
import { refused } from './refused.ts'
import { tokens } from '../testing/scripted-provider/index.ts'
import { ask, send } from './send.ts'

let app: TestApp
let user: TestUser
/** Questions and answers, all on one path. */
let conversationId: string
let ids: string[]

beforeAll(async () => {
  app = await createTestApp({ model: tokens(1) })
  user = await app.createUser()
  ;({ conversationId, ids } = await createLongPath(app.database, user, 300))
})
afterAll(() => app[Symbol.asyncDispose]())

const idsOf = (messages: readonly Message[]) => messages.map(({ id }) => id)

describe('a path of 300 messages', () => {
  test.each([1, 7, 100, 150, 200])('[M5] comes in pages of %i without a hole or a repeat, newest page first', async (limit) => {
    const pages: string[][] = []
    let before: string | null | undefined
    do {
      const page = await user.client.messages.list.query({ conversationId, limit, ...(before ? { before } : {}) })
      expect(page).toMatchObject({ conversationId, messageCount: 300 })
      expect(page.messages.length).toBeGreaterThan(0)
      expect(page.messages.length).toBeLessThanOrEqual(limit)
      pages.unshift(idsOf(page.messages))
      before = page.nextCursor
      // One by one only the first few: 300 queries say no more.
    } while (before !== null && pages.length < 50)
    const seen = pages.flat()
    expect(seen).toEqual(ids.slice(-seen.length))
    if (before === null) expect(seen).toHaveLength(300)
  })

  test('is in a snapshot with its newest page, and the rest follows it', async () => {
    const snapshot = await user.client.conversations.get.query({ conversationId })
    expect(idsOf(snapshot.messages)).toEqual(ids.slice(-100))
    let state = snapshotToState(snapshot)
    while (state.nextCursor !== null) {
      state = addPage(state, await user.client.messages.list.query({ conversationId, before: state.nextCursor }))
    }
    expect(idsOf(pathTo(state, snapshot.conversation.activeMessageId))).toEqual(ids)
  })

  test('has a page that ends exactly at the root', async () => {
    const page = await user.client.messages.list.query({ conversationId, leafId: ids[99] ?? '', limit: 100 })
    expect(idsOf(page.messages)).toEqual(ids.slice(0, 100))
    expect(page.nextCursor).toBeNull()
    const above = await user.client.messages.list.query({ conversationId, before: ids[0] ?? '' })
    expect(above).toMatchObject({ messages: [], nextCursor: null })
  })

  test('continues above a message that was deleted while its page was shown', async () => {
    const copy = await user.client.conversations.fork.mutate({ requestId: randomUUID(), messageId: ids[49] ?? '' })
    const own = idsOf((await user.client.messages.list.query({ conversationId: copy.id })).messages)
    const page = await user.client.messages.list.query({ conversationId: copy.id, limit: 10 })
    expect(page.nextCursor).toBe(own[40])
    for (const messageId of own.slice(38, 42)) await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId })
    const above = await user.client.messages.list.query({ conversationId: copy.id, limit: 10, before: page.nextCursor })
    expect(idsOf(above.messages)).toEqual(own.slice(28, 38))
  })

  test('is refused for a cursor or leaf that is not one of its own (attack C8)', async () => {
    const other = await ask(user, 'elsewhere')
    const stranger = await app.createUser()
    const { list } = user.client.messages
    for (const before of [other.userMessageId, randomUUID()]) {
      expect(await refused(list.query({ conversationId, before }))).toMatchObject({
        code: 'NOT_FOUND',
        message: 'Message not found',
      })
      expect(await refused(list.query({ conversationId, leafId: before }))).toMatchObject({
        code: 'NOT_FOUND',
        message: 'Message not found',
      })
    }
    const theirs = await ask(stranger, 'mine', {})
    expect(await refused(list.query({ conversationId, before: theirs.userMessageId }))).toMatchObject({ code: 'NOT_FOUND' })
    expect(
      await refused(stranger.client.messages.list.query({ conversationId: theirs.conversationId, before: ids[3] ?? '' })),
    ).toMatchObject({
      code: 'NOT_FOUND',
      message: 'Message not found',
    })
  })
})

describe('one branch of several', () => {
  test('is given by its leaf; with descend by any message on it', async () => {
    const first = await ask(user, 'one')
    const conversation = { conversationId: first.conversationId }
    const second = await ask(user, 'two', conversation)
    const other = await ask(user, 'other', { ...conversation, parentId: first.assistantMessageId })
    const { get } = user.client.conversations
    const onSecond = [first.userMessageId, first.assistantMessageId, second.userMessageId, second.assistantMessageId]
    const onOther = [...onSecond.slice(0, 2), other.userMessageId, other.assistantMessageId]

    expect(idsOf((await get.query(conversation)).messages)).toEqual(onOther)
    expect(idsOf((await get.query({ ...conversation, leafId: second.assistantMessageId })).messages)).toEqual(onSecond)
    expect(idsOf((await get.query({ ...conversation, leafId: second.userMessageId })).messages)).toEqual(onSecond.slice(0, 3))
    expect(idsOf((await get.query({ ...conversation, leafId: second.userMessageId, descend: true })).messages)).toEqual(onSecond)
    // Of several children the newest.
    expect(idsOf((await get.query({ ...conversation, leafId: first.userMessageId, descend: true })).messages)).toEqual(onOther)
    expect(idsOf((await get.query({ ...conversation, descend: true })).messages)).toEqual(onOther)
    const { nextCursor, messages } = await get.query({ ...conversation, leafId: second.assistantMessageId, limit: 2 })
    expect([nextCursor, ...idsOf(messages)]).toEqual([second.userMessageId, ...onSecond.slice(2)])
  })

  test('comes with what runs on the others', async () => {
    const first = await ask(user, 'one')
    const { conversationId: own } = first
    app.provider.script(tokens(9, { stopAfter: 1, then: 'hang' }))
    const hidden = await send(user, 'hidden', { conversationId: own, parentId: null })
    await user.client.conversations.update.mutate({ conversationId: own, activeMessageId: first.assistantMessageId })
    await expect
      .poll(() => user.client.messages.content.query({ messageId: hidden.assistantMessageId }))
      .toMatchObject({ content: 't1 ' })
    const { messages, nextCursor } = await user.client.conversations.get.query({ conversationId: own, limit: 1 })
    expect(idsOf(messages)).toEqual([first.assistantMessageId, hidden.assistantMessageId])
    expect(nextCursor).toBe(first.assistantMessageId)
    await user.client.messages.cancel.mutate({ messageId: hidden.assistantMessageId })
    app.provider.script(tokens(1))
  })
})

test('an empty conversation has no messages and no pages', async () => {
  const { id } = await user.client.conversations.create.mutate({})
  expect(await user.client.messages.list.query({ conversationId: id })).toEqual({
    conversationId: id,
    messageCount: 0,
    messages: [],
    nextCursor: null,
  })
  expect(await user.client.conversations.get.query({ conversationId: id })).toMatchObject({
    messages: [],
    cursor: '0',
    nextCursor: null,
  })
})
