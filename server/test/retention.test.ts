import { schema } from '@holdfast/drizzle'
import { eq, inArray } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanTrash, type TrashDeps } from '../src/app/trash-janitor.ts'
import { environmentToConfig } from '../src/config/config.ts'
import { createLocalBus } from '../src/platform/bus/local-bus.ts'
import { createLogger } from '../src/platform/logger.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { refused } from './refused.ts'
import { ask } from './send.ts'

const dayMs = 86_400_000
let app: TestApp
let user: TestUser
let erased = 0
beforeAll(async () => {
  app = await createTestApp()
  user = await app.createUser()
})
afterAll(() => app[Symbol.asyncDispose]())

const depsAfter = (days: number, keepDays: number | null = 30): TrashDeps => ({
  database: app.database,
  bus: createLocalBus(),
  clock: { now: () => new Date(Date.now() + days * dayMs) },
  logger: createLogger('silent'),
  eraser: { request: () => (erased += 1) },
  keepDays: () => keepDays,
})

test('a conversation is deleted for good when it was in the trash for too long, not a day earlier, and never by default', async () => {
  const { client } = user
  const kept = await ask(user, 'say kept')
  const trashed = await ask(user, 'say trashed')
  const restored = await ask(user, 'say restored')
  await client.conversations.delete.mutate({ conversationId: trashed.conversationId })
  await client.conversations.delete.mutate({ conversationId: restored.conversationId })
  await client.conversations.restore.mutate({ conversationId: restored.conversationId })
  expect(environmentToConfig({}).trashKeepDays).toBeNull()
  expect(await cleanTrash(depsAfter(10_000, null))).toBe(0)
  expect(await cleanTrash(depsAfter(29))).toBe(0)
  expect((await client.conversations.list.query({ trashed: true })).items.map(({ id }) => id)).toEqual([trashed.conversationId])

  expect(await cleanTrash(depsAfter(31))).toBe(1)
  expect((await client.conversations.list.query({ trashed: true })).items).toEqual([])
  expect((await refused(client.conversations.restore.mutate({ conversationId: trashed.conversationId }))).code).toBe('NOT_FOUND')
  const ids = [trashed.userMessageId, trashed.assistantMessageId]
  expect(await app.database.queries.$count(schema.messages, inArray(schema.messages.id, ids))).toBe(0)
  expect(erased).toBe(1)
  const left = (await client.conversations.list.query({})).items.map(({ id }) => id)
  expect(left).toEqual(expect.arrayContaining([kept.conversationId, restored.conversationId]))
})

test('a trash of more than one step is emptied in one run', async () => {
  const { client } = user
  const made = await Promise.all(Array.from({ length: 45 }, () => client.conversations.create.mutate({})))
  for (const { id } of made) await client.conversations.delete.mutate({ conversationId: id })
  expect(await cleanTrash(depsAfter(31))).toBe(45)
})

test('deleted goals go with what belongs to them; what is not deleted stays', async () => {
  const { client } = user
  const goal = await client.goals.create.mutate({ title: 'Goal' })
  const milestone = await client.milestones.create.mutate({ title: 'Milestone', goalId: goal.id })
  await client.tasks.add.mutate({ title: 'Task', milestoneId: milestone.id })
  const other = await client.tasks.add.mutate({ title: 'Other' })
  await client.goals.delete.mutate({ goalId: goal.id })
  expect(await cleanTrash(depsAfter(29))).toBe(0)
  expect(await cleanTrash(depsAfter(31))).toBe(3)
  const { goals } = schema
  expect(await app.database.queries.$count(goals, eq(goals.id, goal.id))).toBe(0)
  expect((await client.tasks.list.query({})).items.map(({ id }) => id)).toEqual([other.id])
})

test('files are kept as long as the settings say', async () => {
  expect(environmentToConfig({}).filesKeepDays).toBe(7)
  expect(environmentToConfig({ FILES_KEEP_DAYS: '90', TRASH_KEEP_DAYS: '1' })).toMatchObject({
    filesKeepDays: 90,
    trashKeepDays: 1,
  })
  expect(() => environmentToConfig({ TRASH_KEEP_DAYS: '0' })).toThrow('TRASH_KEEP_DAYS: must be at least 1')
})

test('the log is kept for 30 days, or as long as the settings say', () => {
  expect(environmentToConfig({}).logKeepDays).toBe(30)
  expect(environmentToConfig({ LOG_KEEP_DAYS: '0' }).logKeepDays).toBe(0)
  expect(() => environmentToConfig({ LOG_KEEP_DAYS: '-1' })).toThrow('LOG_KEEP_DAYS')
})
