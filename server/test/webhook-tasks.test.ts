import { schema } from '@holdfast/drizzle'
import type { WebhookDelivery } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLocalBus } from '../src/platform/bus/local-bus.ts'
import type { Transaction } from '../src/platform/database/database.ts'
import { announceDueTasks } from '../src/webhooks/announce-due-tasks.ts'
import { pruneDeliveries } from '../src/webhooks/webhook-janitor.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts'

const hourMs = 3_600_000

let app: TestApp
let user: TestUser
let receiver: WebhookReceiver
beforeAll(async () => {
  app = await createTestApp({ overrides: { isInsideAddress: () => false } })
})
beforeEach(async () => {
  user = await app.createUser()
  receiver = await createWebhookReceiver()
})
afterEach(async () => {
  await app.database.queries.delete(schema.webhooks)
  await receiver[Symbol.asyncDispose]()
})
afterAll(() => app[Symbol.asyncDispose]())

const listen = (more: { readonly includeText?: boolean } = {}) =>
  user.client.webhooks.create.mutate({ url: receiver.url, events: ['task.due'], ...more })
const deliveriesOf = async (webhookId: string): Promise<WebhookDelivery[]> =>
  (await user.client.webhooks.deliveries.query({ webhookId })).items

test('[T6] a task is announced once for each due date, when its day begins', async () => {
  const now = new Date()
  const day = (offset: number) => new Date(now.getTime() + offset * 24 * hourMs).toISOString().slice(0, 10)
  const { id } = await listen({ includeText: true })
  await user.client.tasks.add.mutate({ title: 'Tomorrow', dueDate: day(1) })
  await user.client.tasks.add.mutate({ title: 'Before the webhook', dueDate: day(-1) })
  const done = await user.client.tasks.add.mutate({ title: 'Done', dueDate: day(0) })
  await user.client.tasks.complete.mutate({ taskId: done.id })
  const due = await user.client.tasks.add.mutate({ title: 'Today', description: 'All of it', dueDate: day(0) })
  // Their jobs are not made here: a replay makes them.
  const jobs = { enqueueDelivery: async () => {} }
  const announce = (at: Date) =>
    announceDueTasks({ database: app.database, bus: createLocalBus(), clock: { now: () => at }, jobs })
  expect(await announce(now)).toBe(1)
  expect(await announce(now)).toBe(0)
  const [delivery] = await deliveriesOf(id)
  expect(JSON.parse(delivery?.payload ?? '')).toMatchObject({
    type: 'task.due',
    data: { taskId: due.id, title: 'Today', dueDate: day(0), milestoneId: null, text: 'All of it' },
  })
  await user.client.webhooks.replay.mutate({ deliveryId: delivery?.id ?? '' })
  await expect.poll(() => receiver.received.length).toBe(1)
  await user.client.tasks.update.mutate({ taskId: due.id, dueDate: day(1) })
  expect(await announce(new Date(now.getTime() + 24 * hourMs))).toBe(2)
})

test('[T6] a task that is deleted while others are announced neither is announced nor keeps them from it', async () => {
  const now = new Date()
  const dueDate = now.toISOString().slice(0, 10)
  const { id } = await listen()
  const tasks = ['1', '2', '3'].map((title) => user.client.tasks.add.mutate({ title, dueDate }))
  const [, second] = (await Promise.all(tasks)).map((task) => task.id).toSorted()
  // With the first one.
  const jobs = {
    enqueueDelivery: async (tx: Transaction) => {
      await tx.delete(schema.tasks).where(eq(schema.tasks.id, second ?? ''))
    },
  }
  const deps = { database: app.database, bus: createLocalBus(), clock: { now: () => now }, jobs }
  expect(await announceDueTasks(deps)).toBe(2)
  expect((await deliveriesOf(id)).map(({ taskId }) => taskId)).not.toContain(second)
})

test('[T6] a task is not announced again when its delivery is older than LOG_KEEP_DAYS', async () => {
  const now = new Date()
  const later = (hours: number) => new Date(now.getTime() + hours * hourMs)
  const { id } = await listen()
  await user.client.tasks.add.mutate({ title: 'Today', dueDate: now.toISOString().slice(0, 10) })
  const jobs = { enqueueDelivery: async () => {} }
  const announce = (at: Date) =>
    announceDueTasks({ database: app.database, bus: createLocalBus(), clock: { now: () => at }, jobs })
  expect(await announce(now)).toBe(1)
  const [delivery] = await deliveriesOf(id)
  await user.client.webhooks.replay.mutate({ deliveryId: delivery?.id ?? '' })
  await expect.poll(async () => (await deliveriesOf(id)).map(({ state }) => state)).toEqual(['delivered'])
  const prune = (at: Date) => pruneDeliveries({ database: app.database, keepDays: 0, clock: { now: () => at } })
  await prune(later(2 * 24))
  expect(await announce(later(2 * 24))).toBe(0)
  // Its date is too long ago to be announced: nothing has to be remembered of it.
  await prune(later(9 * 24))
  expect(await deliveriesOf(id)).toEqual([])
  expect(await announce(later(9 * 24))).toBe(0)
})
