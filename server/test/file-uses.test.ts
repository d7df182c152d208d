import { randomUUID } from 'node:crypto'
import type { Activity } from '@holdfast/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { refused } from './refused.ts'
import { upload } from './upload.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp({ model: 'Thank you.' })
})
afterAll(() => app[Symbol.asyncDispose]())

async function ask(user: TestUser, content: string, files: string[], conversationId?: string) {
  const place = conversationId === undefined ? {} : { conversationId }
  return user.client.messages.complete.mutate({ requestId: randomUUID(), content, files, ...place })
}

async function askAbout(user: TestUser, fileId: string, title: string) {
  const { conversationId } = await ask(user, title, [fileId])
  await user.client.conversations.update.mutate({ conversationId, title })
  const { messages } = await user.client.messages.list.query({ conversationId })
  return { conversationId, title, messageId: messages[0]?.id ?? '' }
}

test('a file names the conversations whose messages show it, the newest first, in pages', async () => {
  const user = await app.createUser()
  const file = await upload(app, user, 'a list', { name: 'list.txt' })
  const other = await upload(app, user, 'another', { name: 'other.txt' })
  const uses = (more: object = {}) => user.client.files.uses.query({ fileId: file.id, ...more })
  expect(await uses()).toEqual({ items: [], nextCursor: null })
  const first = await askAbout(user, file.id, 'First')
  const second = await askAbout(user, file.id, 'Second')
  await askAbout(user, other.id, 'Without it')
  expect(await uses()).toEqual({ items: [second, first], nextCursor: null })
  const page = await uses({ limit: 1 })
  expect(page.items).toEqual([second])
  expect(await uses({ limit: 1, cursor: page.nextCursor })).toEqual({ items: [first], nextCursor: null })
  expect((await refused(uses({ cursor: 'nonsense' }))).code).toBe('BAD_REQUEST')
})

test('a conversation is named once, with the newest message that shows the file, and not while it is in the trash', async () => {
  const user = await app.createUser()
  const { client } = user
  const file = await upload(app, user, 'a list', { name: 'list.txt' })
  const uses = async () => (await client.files.uses.query({ fileId: file.id })).items
  const first = await askAbout(user, file.id, 'Twice')
  await ask(user, 'Once more', [file.id], first.conversationId)
  const { messages } = await client.messages.list.query({ conversationId: first.conversationId })
  const again = { ...first, messageId: messages[2]?.id ?? '' }
  expect(await uses()).toEqual([again])
  await client.messages.delete.mutate({ requestId: randomUUID(), messageId: again.messageId })
  expect(await uses()).toEqual([first])
  await client.conversations.delete.mutate({ conversationId: first.conversationId })
  expect(await uses()).toEqual([])
  await client.conversations.restore.mutate({ conversationId: first.conversationId })
  expect(await uses()).toEqual([first])
})

test('a file that its user has deleted is unknown once no message shows it, and a file of another always is', async () => {
  const [user, stranger] = [await app.createUser(), await app.createUser()]
  const file = await upload(app, user, 'a list', { name: 'list.txt' })
  const use = await askAbout(user, file.id, 'Shown')
  await user.client.files.delete.mutate({ fileId: file.id })
  expect((await user.client.files.uses.query({ fileId: file.id })).items).toEqual([use])
  await user.client.conversations.delete.mutate({ conversationId: use.conversationId, permanent: true })
  expect((await refused(user.client.files.uses.query({ fileId: file.id }))).code).toBe('NOT_FOUND')
  const kept = await upload(app, user, 'kept', { name: 'kept.txt' })
  for (const fileId of [kept.id, randomUUID()]) {
    expect((await refused(stranger.client.files.uses.query({ fileId }))).code).toBe('NOT_FOUND')
  }
})

test('[A5] an examined file is an item of its user’s activity, whether it is ready or refused', async () => {
  const [user, stranger] = [await app.createUser(), await app.createUser()]
  const [mine, theirs] = [user, stranger].map(({ client }) => {
    const items: Activity[] = []
    const subscription = client.activity.follow.subscribe(undefined, { onData: ({ data }) => items.push(...data) })
    return { items, stop: () => subscription.unsubscribe() }
  })
  await expect.poll(() => [mine?.items, theirs?.items]).toEqual([[{ type: 'refetch' }], [{ type: 'refetch' }]])
  const ready = await upload(app, user, 'a list', { name: 'list.txt' })
  const broken = await upload(app, user, '%PDF-1.7 broken', { name: 'broken.pdf' })
  expect([ready.state, broken.state]).toEqual(['ready', 'refused'])
  const expected = [ready, broken].map((file) => ({ type: 'file', file }))
  await expect.poll(() => mine?.items.slice(1)).toEqual(expected)
  const other = await upload(app, stranger, 'theirs', { name: 'theirs.txt' })
  await expect.poll(() => theirs?.items.slice(1)).toEqual([{ type: 'file', file: other }])
  expect(mine?.items.slice(1)).toEqual(expected)
  mine?.stop()
  theirs?.stop()
})
