import { randomUUID } from 'node:crypto'
import { firstWords } from '@holdfast/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countRows } from './count-rows.ts'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { refused } from './refused.ts'
import { createGate, hangBeforeHeaders, tokens } from '../testing/scripted-provider/index.ts'
import { ask, send } from './send.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

describe('the title', () => {
  test('is "New Conversation", then the first words of the first message', async () => {
    const user = await app.createUser()
    app.provider.script(hangBeforeHeaders)
    const { id: conversationId, title } = await user.client.conversations.create.mutate({})
    expect(title).toBe('New Conversation')
    const content = `  What would\n\n you do ${'with a very long question '.repeat(20)}`
    await send(user, content, { conversationId })
    const { conversation } = await user.client.conversations.get.query({ conversationId })
    expect(conversation.title).toBe(firstWords(content, 100))
    expect(conversation.title).toMatch(/^What would you do with .+…$/u)
    await send(user, 'Another thing', { conversationId, parentId: null })
    const again = await user.client.conversations.get.query({ conversationId })
    expect(again.conversation.title).toBe(conversation.title)
  })

  test('that a person gave is never replaced, not even by itself', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(1))
    const given = await user.client.conversations.create.mutate({ title: 'Mine' })
    const later = await user.client.conversations.create.mutate({})
    await user.client.conversations.update.mutate({ conversationId: later.id, title: 'New Conversation' })
    for (const { id: conversationId } of [given, later]) {
      const { title } = (await user.client.conversations.get.query({ conversationId })).conversation
      await ask(user, 'Something else entirely', { conversationId })
      await ask(user, 'And more', { conversationId })
      const { conversation } = await user.client.conversations.get.query({ conversationId })
      expect(conversation.title).toBe(title)
    }
  })

  test('may have 200 characters, also such that take two units', async () => {
    const user = await app.createUser()
    const title = '😀'.repeat(200)
    const conversation = await user.client.conversations.create.mutate({ title })
    expect(conversation.title).toBe(title)
  })
})

describe('an update', () => {
  test('changes what it names and nothing else, and takes one event', async () => {
    const user = await app.createUser()
    const made = await user.client.conversations.create.mutate({ title: 'Plans', model: 'scripted-2', instructions: 'Be brief.' })
    const conversationId = made.id
    const cursor = async () => Number((await user.client.conversations.get.query({ conversationId })).cursor)
    const changes = [
      { pinned: true },
      { archived: true },
      { title: 'Other' },
      { model: null },
      { instructions: null },
      { instructions: 'More.' },
    ]
    let expected = made
    for (const change of changes) {
      const before = await cursor()
      expected = { ...expected, ...change }
      expect(await user.client.conversations.update.mutate({ conversationId, ...change })).toEqual(expected)
      expect(await cursor()).toBe(before + 1)
      expect(await user.client.conversations.update.mutate({ conversationId, ...change })).toEqual(expected)
      expect(await cursor()).toBe(before + 1)
    }
    expect(await user.client.conversations.update.mutate({ conversationId })).toEqual(expected)
  })

  test('of the model or the instructions counts from the next answer on', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(1))
    const { conversationId } = await ask(user, 'one')
    await user.client.conversations.update.mutate({ conversationId, model: 'scripted-2', instructions: 'Speak like a pirate.' })
    await ask(user, 'two', { conversationId })
    const { body } = app.provider.requests.at(-1) ?? {}
    expect(body?.model).toBe('scripted-2')
    expect(body?.messages?.[0]?.content).toContain('Speak like a pirate.')
    await ask(user, 'three', { conversationId, model: 'scripted-1' })
    expect(app.provider.requests.at(-1)?.body.model).toBe('scripted-1')
  })
})

describe('unread', () => {
  test('is a conversation whose answer ended after the last time it was read', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(1))
    const { conversationId } = await ask(user, 'one')
    const { get, markRead } = user.client.conversations
    const first = await get.query({ conversationId })
    expect(first.conversation.unread).toBe(true)
    expect((await markRead.mutate({ conversationId, cursor: '1' })).unread).toBe(true)
    expect((await markRead.mutate({ conversationId, cursor: first.cursor })).unread).toBe(false)
    expect((await get.query({ conversationId })).conversation.unread).toBe(false)

    await ask(user, 'two', { conversationId })
    expect((await markRead.mutate({ conversationId, cursor: first.cursor })).unread).toBe(true)
    // A cursor from the future reads what there is, not what will come.
    expect((await markRead.mutate({ conversationId, cursor: '999999999999999' })).unread).toBe(false)
    await ask(user, 'three', { conversationId })
    expect((await get.query({ conversationId })).conversation.unread).toBe(true)
  })

  test('is not a conversation whose answer is still being written, nor one that was renamed', async () => {
    const user = await app.createUser()
    const gate = createGate()
    app.provider.script(tokens(2, { stopAfter: 1, then: gate }))
    const { conversationId, assistantMessageId } = await send(user, 'one')
    const reader = follow(user.client, conversationId)
    await reader.until(() => reader.message(assistantMessageId)?.content === 't1 ')
    const renamed = await user.client.conversations.update.mutate({ conversationId, title: 'Mine' })
    expect(renamed).toMatchObject({ unread: false, state: 'thinking', hasActiveGeneration: true })
    gate.open()
    await reader.until(({ conversation }) => conversation?.unread === true)
    reader.stop()
  })
})

describe('the trash', () => {
  test('hides a conversation from everything but its own list, and gives all of it back', async () => {
    const user = await app.createUser()
    app.provider.script(tokens(3))
    const sent = await ask(user, 'one')
    const { conversationId, assistantMessageId: messageId } = sent
    await user.client.conversations.update.mutate({ conversationId, title: 'Mine', archived: true })
    await user.client.drafts.set.mutate({ conversationId, content: 'half a thought' })
    const before = await user.client.conversations.get.query({ conversationId })
    expect(await user.client.conversations.delete.mutate({ conversationId })).toEqual({ conversationId })

    const { client } = user
    const calls = [
      () => client.conversations.get.query({ conversationId }),
      () => client.conversations.update.mutate({ conversationId, pinned: true }),
      () => client.conversations.markRead.mutate({ conversationId, cursor: '1' }),
      () => client.conversations.fork.mutate({ requestId: randomUUID(), messageId }),
      () => client.messages.list.query({ conversationId }),
      () => client.messages.status.query({ conversationId }),
      () => client.messages.poll.query({ conversationId }),
      () => client.messages.content.query({ messageId }),
      () => client.messages.cancel.mutate({ messageId }),
      () => client.messages.regenerate.mutate({ requestId: randomUUID(), messageId }),
      () => client.messages.delete.mutate({ requestId: randomUUID(), messageId }),
      () => client.drafts.get.query({ conversationId }),
      () => send(user, 'two', { conversationId }),
    ]
    for (const call of calls) expect(await refused(call())).toMatchObject({ code: 'NOT_FOUND' })
    const { list } = client.conversations
    const ids = async (input: { archived?: boolean; trashed?: boolean }) => (await list.query(input)).items.map(({ id }) => id)
    expect(await ids({})).not.toContain(conversationId)
    expect(await ids({ archived: true })).not.toContain(conversationId)
    expect(await ids({ trashed: true })).toEqual([conversationId])

    const restored = await client.conversations.restore.mutate({ conversationId })
    expect(restored).toEqual(before.conversation)
    expect(await client.conversations.get.query({ conversationId })).toEqual({
      ...before,
      cursor: String(Number(before.cursor) + 2),
    })
    expect(await client.drafts.get.query({ conversationId })).toMatchObject({ content: 'half a thought' })
    expect(await ids({ trashed: true })).toEqual([])
    expect(await ids({ archived: true })).toContain(conversationId)
  })

  test('stops running and waiting answers, and none continues after a restore', async () => {
    const user = await app.createUser()
    const index = app.provider.calls
    app.provider.script(tokens(9, { stopAfter: 2, then: 'hang' }))
    const first = await send(user, 'one')
    const { conversationId } = first
    const second = await send(user, 'two', { conversationId })
    const reader = follow(user.client, conversationId)
    await reader.until(() => reader.message(first.assistantMessageId)?.content === 't1 t2 ')
    await user.client.conversations.delete.mutate({ conversationId })
    await reader.ended
    expect(await app.provider.closed(index)).toMatchObject({ byClient: true })
    const restored = await user.client.conversations.restore.mutate({ conversationId })
    expect(restored).toMatchObject({ state: 'idle', hasActiveGeneration: false })
    const { messages } = await user.client.conversations.get.query({ conversationId })
    expect(messages.map(({ status, content }) => [status, content])).toEqual([
      ['completed', 'one'],
      ['cancelled', 't1 t2 '],
      ['completed', 'two'],
      ['cancelled', ''],
    ])
    expect(messages.at(-1)?.id).toBe(second.assistantMessageId)
    expect(app.provider.calls).toBe(index + 1)
  })

  test.each([
    ['at once', false],
    ['after a while in the trash', true],
  ])('deletes for good, %s, and leaves nothing behind', async (_when, viaTrash) => {
    const user = await app.createUser()
    const before = await countRows(app.database, user)
    const index = app.provider.calls
    app.provider.script(tokens(9, { stopAfter: 2, then: 'hang' }))
    const { conversationId, assistantMessageId } = await send(user, 'one')
    const reader = follow(user.client, conversationId)
    await reader.until(() => reader.message(assistantMessageId)?.content === 't1 t2 ')
    await user.client.drafts.set.mutate({ conversationId, content: 'half a thought' })
    if (viaTrash) await user.client.conversations.delete.mutate({ conversationId })
    await user.client.conversations.delete.mutate({ conversationId, permanent: true })
    await reader.ended
    expect(await countRows(app.database, user)).toEqual({ ...before, requests: 1 })
    expect(await app.provider.closed(index)).toMatchObject({ byClient: true })
    const { client } = user
    expect(await refused(client.conversations.restore.mutate({ conversationId }))).toMatchObject({ code: 'NOT_FOUND' })
    expect(await refused(client.conversations.delete.mutate({ conversationId, permanent: true }))).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(await countRows(app.database, user)).toEqual({ ...before, requests: 1 })
  })
})
