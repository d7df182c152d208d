import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countRows } from './count-rows.ts'
import { connect, createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { refused } from './refused.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

test('[D1] a draft is what was written last, on every device of its user', async () => {
  const user = await app.createUser()
  const { id: conversationId } = await user.client.conversations.create.mutate({})
  const phone = connect(app.url, user.token)
  expect(await user.client.drafts.get.query({ conversationId })).toEqual({ conversationId, content: '', updatedAt: null })
  const first = await user.client.drafts.set.mutate({ conversationId, content: 'half a' })
  expect(first).toEqual({ conversationId, content: 'half a', updatedAt: expect.any(String) })
  expect(await phone.client.drafts.get.query({ conversationId })).toEqual(first)
  const second = await phone.client.drafts.set.mutate({ conversationId, content: 'half a thought' })
  expect(await user.client.drafts.get.query({ conversationId })).toEqual(second)
  expect(await countRows(app.database, user)).toMatchObject({ drafts: 1 })
})

test('[D1] a draft of a conversation that does not exist yet has a place of its own', async () => {
  const user = await app.createUser()
  const { id: conversationId } = await user.client.conversations.create.mutate({})
  const { get, set } = user.client.drafts
  await set.mutate({ conversationId: null, content: 'new' })
  await set.mutate({ conversationId, content: 'old' })
  await set.mutate({ conversationId: null, content: 'newer' })
  expect((await get.query({ conversationId: null })).content).toBe('newer')
  expect((await get.query({ conversationId })).content).toBe('old')
  expect(await countRows(app.database, user)).toMatchObject({ drafts: 2 })
  const other = await app.createUser()
  expect((await other.client.drafts.get.query({ conversationId: null })).content).toBe('')
})

test('a draft may be empty, blank and long, and comes back as it was', async () => {
  const user = await app.createUser()
  for (const content of ['a', '', ' \n\t ', '\u200b', '👩‍👩‍👧‍👦', '😀'.repeat(50_000), 'a'.repeat(100_000)]) {
    await user.client.drafts.set.mutate({ conversationId: null, content })
    expect((await user.client.drafts.get.query({ conversationId: null })).content).toBe(content)
  }
})

test('ten drafts at the same moment leave one of them, whole', async () => {
  const user = await app.createUser()
  const contents = Array.from({ length: 10 }, (_, index) => `${index}`.repeat(1_000))
  await Promise.all(contents.map((content) => user.client.drafts.set.mutate({ conversationId: null, content })))
  expect(contents).toContain((await user.client.drafts.get.query({ conversationId: null })).content)
  expect(await countRows(app.database, user)).toMatchObject({ drafts: 1 })
})

test("a draft in another user's conversation, or in one that is gone, is NOT_FOUND", async () => {
  const [user, other] = [await app.createUser(), await app.createUser()]
  const { id: conversationId } = await user.client.conversations.create.mutate({})
  await user.client.drafts.set.mutate({ conversationId, content: 'mine' })
  const notFound = { code: 'NOT_FOUND', message: 'Conversation not found' }
  for (const id of [conversationId, randomUUID()]) {
    expect(await refused(other.client.drafts.get.query({ conversationId: id }))).toEqual(notFound)
    expect(await refused(other.client.drafts.set.mutate({ conversationId: id, content: 'theirs' }))).toEqual(notFound)
  }
  expect((await user.client.drafts.get.query({ conversationId })).content).toBe('mine')
  await user.client.conversations.delete.mutate({ conversationId, permanent: true })
  expect(await refused(user.client.drafts.get.query({ conversationId }))).toEqual(notFound)
  expect(await countRows(app.database, user)).toMatchObject({ drafts: 0 })
})
