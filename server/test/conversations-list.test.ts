import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { refused } from './refused.ts'
import { tokens } from '../testing/scripted-provider/index.ts'
import { ask, send } from './send.ts'

let app: TestApp
/** Stands still until a test moves it: what happens at one moment has one time. */
const clock = { time: Date.now(), now: () => new Date(clock.time) }

beforeAll(async () => {
  app = await createTestApp({ overrides: { clock }, model: tokens(1) })
})
afterAll(() => app[Symbol.asyncDispose]())

async function listAll(user: TestUser, input: { limit: number; archived?: boolean; trashed?: boolean; pinned?: boolean }) {
  const items = []
  let cursor: string | null | undefined
  do {
    const page = await user.client.conversations.list.query({ ...input, cursor })
    expect(page.items.length).toBeLessThanOrEqual(input.limit)
    if (page.nextCursor !== null) expect(page.items.length).toBe(input.limit)
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return items
}

test('conversations come newest first, those of one moment by their ids, in pages without a hole or a repeat', async () => {
  const user = await app.createUser()
  const made = []
  for (let index = 0; index < 23; index += 1) {
    if (index % 5 === 0) clock.time += 1
    made.push(await user.client.conversations.create.mutate({ conversationId: randomUUID() }))
  }
  const expected = made
    .toSorted((a, b) => (a.updatedAt === b.updatedAt ? (a.id < b.id ? 1 : -1) : a.updatedAt < b.updatedAt ? 1 : -1))
    .map(({ id }) => id)
  expect(new Set(made.map(({ updatedAt }) => updatedAt)).size).toBe(5)
  for (const limit of [1, 4, 5, 22, 23, 24, 100]) {
    expect((await listAll(user, { limit })).map(({ id }) => id)).toEqual(expected)
  }
})

test('a conversation moves up with a message and with the end of an answer, not with a pin, a name or the archive', async () => {
  const user = await app.createUser()
  clock.time += 1
  const first = await ask(user, 'one')
  clock.time += 1
  const second = await ask(user, 'two')
  const ids = async () => (await listAll(user, { limit: 10 })).map(({ id }) => id)
  expect(await ids()).toEqual([second.conversationId, first.conversationId])

  const { conversationId } = first
  clock.time += 1
  await user.client.conversations.update.mutate({ conversationId, title: 'Mine', pinned: true, instructions: 'Be brief.' })
  await user.client.conversations.update.mutate({ conversationId, archived: true })
  await user.client.conversations.update.mutate({ conversationId, archived: false })
  await user.client.conversations.markRead.mutate({ conversationId, cursor: '999' })
  expect(await ids()).toEqual([second.conversationId, conversationId])

  app.provider.script(tokens(9, { stopAfter: 1, then: 'hang' }))
  const running = await send(user, 'three', { conversationId })
  expect(await ids()).toEqual([conversationId, second.conversationId])
  clock.time += 1
  await user.client.conversations.update.mutate({ conversationId: second.conversationId, title: 'Mine too' })
  const added = await user.client.conversations.create.mutate({})
  clock.time += 1
  const reader = follow(user.client, conversationId)
  await reader.until(() => reader.message(running.assistantMessageId)?.content === 't1 ')
  await user.client.messages.cancel.mutate({ messageId: running.assistantMessageId })
  await reader.until(() => reader.message(running.assistantMessageId)?.status === 'cancelled')
  expect(await ids()).toEqual([conversationId, added.id, second.conversationId])
  reader.stop()
  app.provider.script(tokens(1))
})

test('the archive and the trash are lists of their own', async () => {
  const user = await app.createUser()
  const { create, update, delete: remove } = user.client.conversations
  const made = []
  for (let index = 0; index < 6; index += 1) {
    clock.time += 1
    made.push((await create.mutate({})).id)
  }
  const [a = '', b = '', c = '', d = '', e = '', f = ''] = made
  for (const conversationId of [b, d, e]) await update.mutate({ conversationId, archived: true })
  for (const conversationId of [c, e]) await remove.mutate({ conversationId })
  const ids = async (input: { archived?: boolean; trashed?: boolean }) =>
    (await listAll(user, { limit: 2, ...input })).map(({ id }) => id)
  expect(await ids({})).toEqual([f, a])
  expect(await ids({ archived: true })).toEqual([d, b])
  expect(await ids({ trashed: true })).toEqual([e, c])
  expect(await ids({ trashed: true, archived: true })).toEqual([e, c])
})

test('a page never holds what was moved behind it', async () => {
  const user = await app.createUser()
  for (let index = 0; index < 4; index += 1) {
    clock.time += 1
    await user.client.conversations.create.mutate({})
  }
  const { list } = user.client.conversations
  const first = await list.query({ limit: 2 })
  const last = (await list.query({ limit: 2, cursor: first.nextCursor })).items.at(-1)
  clock.time += 1
  await ask(user, 'hello', { conversationId: last?.id ?? '' })
  const second = await list.query({ limit: 2, cursor: first.nextCursor })
  expect(second.items).toHaveLength(1)
  expect((await list.query({ limit: 1 })).items[0]?.id).toBe(last?.id)
})

test.each([
  'nonsense',
  '_',
  '',
  `${new Date().toISOString()}`,
  `${new Date().toISOString()}_`,
  `${new Date().toISOString()}_nonsense`,
  `${new Date().toISOString()}_${randomUUID()}_${randomUUID()}`,
  `0000-01-01T00:00:00.000Z_${randomUUID()}`,
  `2026-13-01T00:00:00.000Z_${randomUUID()}`,
  `2026-02-30T00:00:00.000Z_${randomUUID()}`,
  `+275760-09-13T00:00:00.000Z_${randomUUID()}`,
  `infinity_${randomUUID()}`,
  `2026-01-01T00:00:00.000Z_${randomUUID()}'--`,
])('a cursor like "%s" is refused by its name', async (cursor) => {
  const user = await app.createUser()
  expect(await refused(user.client.conversations.list.query({ cursor }))).toMatchObject({
    code: 'BAD_REQUEST',
    issues: [{ path: 'cursor', message: 'must be a cursor that this server gave' }],
  })
})

test('no user sees what belongs to another', async () => {
  const [user, other] = [await app.createUser(), await app.createUser()]
  await user.client.conversations.create.mutate({})
  expect(await listAll(other, { limit: 10 })).toEqual([])
})

test('pinned conversations can be asked for alone, however long ago they were used, and all others without them', async () => {
  const user = await app.createUser()
  const made = []
  for (let index = 0; index < 9; index += 1) {
    clock.time += 1
    const { id } = await user.client.conversations.create.mutate({ conversationId: randomUUID() })
    if (index % 4 === 0) await user.client.conversations.update.mutate({ conversationId: id, pinned: true })
    made.unshift(id)
  }
  const ids = async (pinned?: boolean) =>
    (await listAll(user, { limit: 2, ...(pinned === undefined ? {} : { pinned }) })).map(({ id }) => id)
  expect(await ids()).toEqual(made)
  expect(await ids(true)).toEqual(made.filter((_, index) => index % 4 === 0))
  expect(await ids(false)).toEqual(made.filter((_, index) => index % 4 !== 0))
})
