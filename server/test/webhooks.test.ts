import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { WebhookDelivery } from '@holdfast/shared'
import { eq, sql } from 'drizzle-orm'
import { Webhook as Verifier } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLocalBus } from '../src/platform/bus/local-bus.ts'
import { isInsideAddress } from '../src/platform/inside-address.ts'
import { claimDelivery } from '../src/webhooks/claim-delivery.ts'
import { replayWebhookDelivery } from '../src/webhooks/commands/replay-webhook-delivery.ts'
import { recordDeliveries } from '../src/webhooks/record-deliveries.ts'
import { failUndeliverable, settleDelivery } from '../src/webhooks/settle-delivery.ts'
import { pruneDeliveries } from '../src/webhooks/webhook-janitor.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { refused } from './refused.ts'
import { ask, send } from './send.ts'
import { createWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts'

const { webhookDeliveries, webhooks } = schema
const hourMs = 3_600_000

let app: TestApp
let user: TestUser
let receiver: WebhookReceiver
/** Receivers of these tests are on this machine. */
let isInside = (_address: string) => false

beforeAll(async () => {
  app = await createTestApp({ overrides: { isInsideAddress: (address) => isInside(address) } })
})
beforeEach(async () => {
  user = await app.createUser()
  receiver = await createWebhookReceiver()
})
afterEach(async () => {
  isInside = () => false
  await app.database.queries.delete(webhooks)
  await receiver[Symbol.asyncDispose]()
})
afterAll(() => app[Symbol.asyncDispose]())

type NewWebhook = Partial<Parameters<TestUser['client']['webhooks']['create']['mutate']>[0]>

const listen = (more: NewWebhook = {}) => user.client.webhooks.create.mutate({ url: receiver.url, ...more })
const deliveriesOf = async (webhookId: string): Promise<WebhookDelivery[]> =>
  (await user.client.webhooks.deliveries.query({ webhookId })).items
const webhookOf = async (webhookId: string) => (await user.client.webhooks.list.query()).items.find(({ id }) => id === webhookId)
const received = () => expect.poll(() => receiver.received.length, { timeout: 10_000 })
const statesOf = (webhookId: string) =>
  expect.poll(async () => (await deliveriesOf(webhookId)).map(({ state }) => state), { timeout: 15_000 })

/** As if the time until the next attempts had passed. */
async function makeDue(): Promise<void> {
  await app.database.queries
    .update(webhookDeliveries)
    .set({ nextAttemptAt: new Date(0) })
    .where(eq(webhookDeliveries.state, 'pending'))
  await app.database.queries.execute(sql`update pgboss.job set start_after = now() where name = 'webhook' and state < 'active'`)
}

test('[T1] an answer that ends is a delivery, signed as Standard Webhooks says, without its text (attack G17)', async () => {
  const { id, secret } = await listen()
  const asked = await ask(user, 'say Hello there')
  await received().toBe(1)
  const [got] = receiver.received
  const verifier = new Verifier(secret)
  const payload = verifier.verify(got?.body ?? '', got?.headers as Record<string, string>)
  expect(payload).toEqual({
    type: 'answer.completed',
    timestamp: expect.stringMatching(/Z$/u),
    data: {
      conversationId: asked.conversationId,
      messageId: asked.assistantMessageId,
      title: 'say Hello there',
      status: 'completed',
      model: 'scripted-1',
    },
  })
  expect(() => verifier.verify(`${got?.body} `, got?.headers as Record<string, string>)).toThrow()
  await statesOf(id).toEqual(['delivered'])
  const [delivery] = await deliveriesOf(id)
  expect(delivery).toMatchObject({ id: got?.id, attempts: 1, lastStatus: 204, lastError: null, payload: got?.body })
})

test('[T1] texts are in the payload of a webhook that asks for them', async () => {
  await listen({ includeText: true })
  await ask(user, 'say Hello there')
  await received().toBe(1)
  expect(receiver.received[0]?.payload.data['text']).toBe('Hello there')
})

test('[T1] each end of an answer and each wait has an event of its own, and a webhook gets those that it names', async () => {
  await listen({ events: ['answer.failed', 'answer.cancelled', 'answer.waiting'] })
  await ask(user, 'say Hello')
  await ask(user, 'error 400')
  const { id: taskId } = await user.client.tasks.add.mutate({ title: 'A task' })
  await ask(user, `tool delete_task ${JSON.stringify({ taskId })}`)
  const hanging = await send(user, 'hang')
  await user.client.messages.cancel.mutate({ messageId: hanging.assistantMessageId })
  await received().toBe(3)
  const got = new Map(receiver.received.map(({ payload }) => [payload.type, payload.data]))
  expect([...got.keys()].toSorted()).toEqual(['answer.cancelled', 'answer.failed', 'answer.waiting'])
  expect(got.get('answer.failed')).toMatchObject({
    status: 'error',
    error: { code: expect.any(String), message: expect.any(String) },
  })
  expect(got.get('answer.waiting')?.['toolCalls']).toEqual([
    { callId: expect.any(String), name: 'delete_task', state: 'waiting' },
  ])
})

test('[T2] a receiver that was down gets each delivery once by its id, those of a conversation in their order', async () => {
  await receiver.goDown()
  const { id } = await listen()
  const { conversationId } = await ask(user, 'say 1')
  for (const word of ['2', '3']) await ask(user, `say ${word}`, { conversationId })
  await expect.poll(async () => (await webhookOf(id))?.failingSince).not.toBeNull()
  // Only the first is tried, again and again: those behind it wait.
  await expect.poll(async () => (await deliveriesOf(id))[2]?.attempts).toBeGreaterThan(0)
  expect((await deliveriesOf(id)).map(({ attempts }) => attempts > 0)).toEqual([false, false, true])
  const [, , first] = await deliveriesOf(id)
  expect(first).toMatchObject({ state: 'pending', lastStatus: null, lastError: expect.stringContaining('ECONNREFUSED') })
  await receiver.comeUp()
  await makeDue()
  await statesOf(id).toEqual(['delivered', 'delivered', 'delivered'])
  const ids = (await deliveriesOf(id)).map((delivery) => delivery.id).toReversed()
  expect(receiver.received.map((one) => one.id)).toEqual(ids)
  expect((await webhookOf(id))?.failingSince).toBeNull()
})

test('[T2] a failed delivery holds back no other conversation, and no other webhook', async () => {
  const { id } = await listen()
  await using other = await createWebhookReceiver()
  await user.client.webhooks.create.mutate({ url: other.url })
  let refusedId: string | null = null
  receiver.answer((request, response) => {
    refusedId ??= String(request.headers['webhook-id'])
    response.writeHead(request.headers['webhook-id'] === refusedId ? 500 : 204).end()
  })
  const { conversationId } = await ask(user, 'say 1')
  await received().toBe(1)
  await ask(user, 'say 2', { conversationId })
  await ask(user, 'say 3')
  await statesOf(id).toEqual(['delivered', 'pending', 'pending'])
  await expect.poll(() => other.received.length).toBe(3)
})

test('[T2] twenty answers at the same time are twenty deliveries, each once', async () => {
  const { id } = await listen()
  await Promise.all(Array.from({ length: 20 }, (_, index) => ask(user, `say ${index}`)))
  await statesOf(id).toEqual(Array.from({ length: 20 }, () => 'delivered'))
  expect(new Set(receiver.received.map((one) => one.id)).size).toBe(20)
  expect(receiver.received).toHaveLength(20)
})

test('[T2] of several nodes that take a delivery at the same moment one sends it', async () => {
  const { id: webhookId } = await listen()
  const { id: conversationId } = await user.client.conversations.create.mutate({})
  const [{ userId } = { userId: '' }] = await app.database.queries.select({ userId: webhooks.userId }).from(webhooks)
  const at = new Date()
  const times = { tryingSince: at, nextAttemptAt: at, createdAt: at }
  const rows = [1, 2].map((seq) => ({ id: randomUUID(), webhookId, userId, conversationId, seq, payload: '{}', ...times }))
  await app.database.queries.insert(webhookDeliveries).values(rows.map((row) => ({ ...row, event: 'answer.completed' as const })))
  const lane = { webhookId, conversationId, taskId: null }
  const claims = await Promise.all(Array.from({ length: 10 }, () => claimDelivery(app.database, lane, at)))
  const claimed = claims.flatMap((claim) => (claim.type === 'claimed' ? [claim.delivery.id] : []))
  expect(claimed).toEqual([rows[0]?.id])
  expect(claims.filter(({ type }) => type === 'wait')).toHaveLength(9)
})

test('[T2] a webhook that is deleted while an answer ends does not undo that end', async () => {
  const { id: kept } = await listen()
  const { id: deleted } = await listen()
  const { id: conversationId } = await user.client.conversations.create.mutate({})
  const { user: me } = await user.client.system.info.query()
  // The answer has looked up both.
  const listening = [kept, deleted].map((id) => ({ id, includeText: false }))
  await user.client.webhooks.delete.mutate({ webhookId: deleted })
  const now = new Date()
  const jobs = { enqueueDelivery: async () => {} }
  const notice = {
    userId: me.id,
    event: 'answer.completed',
    at: now,
    about: { conversationId, seq: 1 },
    data: () => ({}),
  } as const
  await app.database.queries.transaction((tx) => recordDeliveries({ tx, jobs, now }, listening, notice))
  expect(await deliveriesOf(kept)).toHaveLength(1)
})

test('[T3] a replay in the middle of the last attempt is not ended by that attempt', async () => {
  const { id: webhookId } = await listen()
  const { id: conversationId } = await user.client.conversations.create.mutate({})
  const { user: me } = await user.client.system.info.query()
  const now = new Date()
  const tryingSince = new Date(now.getTime() - 23 * hourMs)
  const row = { id: randomUUID(), webhookId, userId: me.id, conversationId, seq: 1, event: 'answer.completed' as const }
  const times = { tryingSince, nextAttemptAt: now, createdAt: tryingSince }
  await app.database.queries.insert(webhookDeliveries).values({ ...row, ...times, payload: '{}' })
  const claim = await claimDelivery(app.database, { webhookId, conversationId, taskId: null }, now)
  if (claim.type !== 'claimed') throw new Error('it was not claimed')
  const deps = { database: app.database, bus: createLocalBus(), clock: { now: () => new Date(now.getTime() + 1) } }
  // Its job has to wait for a place.
  await replayWebhookDelivery({ ...deps, jobs: { enqueueDelivery: async () => {} } }, me.id, { deliveryId: row.id })
  await settleDelivery(deps, claim.delivery, { status: 500, error: 'The receiver answered 500.' })
  expect((await deliveriesOf(webhookId)).map(({ state }) => state)).toEqual(['pending'])
})

test('[T5] a webhook of somebody whose account was disabled is sent nothing more', async () => {
  receiver.answer(500)
  const { id } = await listen()
  await ask(user, 'say 1')
  await received().toBe(1)
  const { user: me } = await user.client.system.info.query()
  const setStatus = (status: 'active' | 'disabled') =>
    app.database.queries.update(schema.users).set({ status }).where(eq(schema.users.id, me.id))
  await setStatus('disabled')
  await makeDue()
  await expect.poll(() => app.database.queries.$count(webhookDeliveries, eq(webhookDeliveries.state, 'failed'))).toBe(1)
  expect(receiver.received).toHaveLength(1)
  await setStatus('active')
  await statesOf(id).toEqual(['failed'])
})

test('[T5] a webhook that is switched on again while a delivery finds it off loses none of its deliveries', async () => {
  receiver.answer(500)
  const { id } = await listen()
  await ask(user, 'say 1')
  await received().toBe(1)
  expect(await failUndeliverable({ database: app.database, clock: { now: () => new Date() } }, id)).toBe(false)
  expect((await deliveriesOf(id)).map(({ state }) => state)).toEqual(['pending'])
})

test('[T3] a delivery that fails for a day has failed, and the next one of its conversation is sent', async () => {
  receiver.answer(500)
  const { id } = await listen()
  const { conversationId } = await ask(user, 'say 1')
  await expect.poll(async () => (await deliveriesOf(id))[0]?.lastStatus).toBe(500)
  await ask(user, 'say 2', { conversationId })
  const [second, first] = await deliveriesOf(id)
  const yesterday = new Date(Date.now() - 23 * hourMs)
  await app.database.queries
    .update(webhookDeliveries)
    .set({ tryingSince: yesterday })
    .where(eq(webhookDeliveries.id, first?.id ?? ''))
  receiver.answer((request, response) => response.writeHead(request.headers['webhook-id'] === first?.id ? 500 : 200).end())
  await makeDue()
  await statesOf(id).toEqual(['delivered', 'failed'])
  expect((await deliveriesOf(id))[1]).toMatchObject({ lastError: 'The receiver answered 500.', nextAttemptAt: null })
  // A replay has the same id, and so has each of its attempts.
  receiver.answer(200)
  await user.client.webhooks.replay.mutate({ deliveryId: first?.id ?? '' })
  await statesOf(id).toEqual(['delivered', 'delivered'])
  expect(receiver.received.at(-1)?.id).toBe(first?.id)
  // So does one of a delivery that arrived: programs tell by the id that they have it.
  await user.client.webhooks.replay.mutate({ deliveryId: second?.id ?? '' })
  await expect.poll(() => receiver.received.at(-1)?.id).toBe(second?.id)
})

test('a delivery of a webhook that is switched off says what its receiver did last', async () => {
  receiver.answer(500)
  const { id } = await listen()
  const { conversationId } = await ask(user, 'say 1')
  await expect.poll(async () => (await deliveriesOf(id))[0]?.lastStatus).toBe(500)
  await ask(user, 'say 2', { conversationId })
  await user.client.webhooks.update.mutate({ webhookId: id, active: false })
  expect((await deliveriesOf(id)).map(({ state, lastError }) => [state, lastError])).toEqual([
    ['failed', 'The webhook was switched off.'],
    ['failed', 'The receiver answered 500.'],
  ])
})

test('[T3] a receiver that is gone (410) or fails for five days switches its webhook off, and says why', async () => {
  receiver.answer(410)
  const gone = await listen()
  await ask(user, 'say 1')
  await expect.poll(() => webhookOf(gone.id)).toMatchObject({ active: false, stopped: 'gone' })
  await statesOf(gone.id).toEqual(['failed'])
  await ask(user, 'say 2')
  expect(await deliveriesOf(gone.id)).toHaveLength(1)

  receiver.answer(500)
  const failing = await listen()
  const failingSince = new Date(Date.now() - 5 * 24 * hourMs)
  await app.database.queries.update(webhooks).set({ failingSince }).where(eq(webhooks.id, failing.id))
  await ask(user, 'say 3')
  await expect.poll(() => webhookOf(failing.id)).toMatchObject({ active: false, stopped: 'failing' })
  const [delivery] = await deliveriesOf(failing.id)
  expect(await refused(user.client.webhooks.replay.mutate({ deliveryId: delivery?.id ?? '' }))).toMatchObject({
    code: 'BAD_REQUEST',
  })
  // Switched on, it is as good as new.
  receiver.answer(204)
  expect(await user.client.webhooks.update.mutate({ webhookId: failing.id, active: true })).toMatchObject({
    active: true,
    stopped: null,
    failingSince: null,
  })
  await user.client.webhooks.replay.mutate({ deliveryId: delivery?.id ?? '' })
  await statesOf(failing.id).toEqual(['delivered'])
})

test('[T4] nothing is sent inside of a network, neither to an address nor to a name that leads there (attack G12)', async () => {
  isInside = isInsideAddress
  const { port } = new URL(receiver.url)
  for (const host of ['127.0.0.1', '2130706433', '0x7f000001', '[::1]', '[::ffff:127.0.0.1]', '10.0.0.1', '169.254.169.254']) {
    const create = user.client.webhooks.create.mutate({ url: `http://${host}:${port}/` })
    expect(await refused(create), host).toMatchObject({ code: 'BAD_REQUEST', issues: [{ path: 'url' }] })
  }
  // What a name leads to is known when it is asked for.
  const { id } = await listen({ url: `http://localhost:${port}/hook` })
  expect(await refused(user.client.webhooks.update.mutate({ webhookId: id, url: receiver.url }))).toMatchObject({
    code: 'BAD_REQUEST',
  })
  await ask(user, 'say Hello')
  const inside = expect.stringContaining('private network')
  await expect
    .poll(async () => (await deliveriesOf(id))[0])
    .toMatchObject({ state: 'pending', lastStatus: null, lastError: inside })
  expect(receiver.received).toEqual([])
  // Positive control: the same delivery arrives where that is allowed.
  isInside = () => false
  const [delivery] = await deliveriesOf(id)
  await user.client.webhooks.replay.mutate({ deliveryId: delivery?.id ?? '' })
  await statesOf(id).toEqual(['delivered'])
})

test.each(['ftp://example.com/', 'javascript:alert(1)', 'http://user:secret@example.com/', 'example.com', 'file:///etc/passwd'])(
  '[T4] %s is no address of a webhook',
  async (url) => {
    expect(await refused(listen({ url }))).toMatchObject({ code: 'BAD_REQUEST', issues: [{ path: 'url' }] })
  },
)

test('[T4] redirects are not followed (attack G16)', async () => {
  await using elsewhere = await createWebhookReceiver()
  receiver.answer((_request, response) => response.writeHead(307, { location: elsewhere.url }).end())
  const { id } = await listen()
  await ask(user, 'say Hello')
  await expect.poll(async () => (await deliveriesOf(id))[0]).toMatchObject({ state: 'pending', lastStatus: 307 })
  expect(elsewhere.received).toEqual([])
})

test('[T5] the secret is shown once, and stored encrypted', async () => {
  const input = { webhookId: randomUUID(), url: receiver.url }
  const { secret, ...webhook } = await user.client.webhooks.create.mutate(input)
  expect(secret).toMatch(/^whsec_[\w+/]{43}=$/u)
  expect((await user.client.webhooks.list.query()).items).toEqual([webhook])
  const [row] = await app.database.queries.select().from(webhooks).where(eq(webhooks.id, webhook.id))
  expect(JSON.stringify(row)).not.toContain(secret.slice(6))
  // A repeat whose first answer was lost gives the same; another body is refused, and so is another person.
  expect(await user.client.webhooks.create.mutate(input)).toEqual({ ...webhook, secret })
  const reasons = { code: 'CONFLICT', reason: 'id-taken' }
  expect(await refused(user.client.webhooks.create.mutate({ ...input, includeText: true }))).toMatchObject(reasons)
  const stranger = await app.createUser()
  expect(await refused(stranger.client.webhooks.create.mutate(input))).toMatchObject(reasons)
  expect((await stranger.client.webhooks.list.query()).items).toEqual([])
  expect(JSON.stringify(app.logs)).not.toContain(secret.slice(6))
})

test('[T5] another person’s answers go to none of a user’s webhooks, and a person has twenty of them at most (attack G16)', async () => {
  await listen()
  const stranger = await app.createUser()
  await ask(stranger, 'say Hello')
  await ask(user, 'say Hello')
  await received().toBe(1)
  await Promise.allSettled(Array.from({ length: 25 }, () => listen()))
  expect((await user.client.webhooks.list.query()).items).toHaveLength(20)
})

test('[T6] deliveries are kept for a while, and are gone with their conversation and their webhook', async () => {
  const { id } = await listen()
  const { conversationId } = await ask(user, 'say Hello')
  await ask(user, 'say Hello')
  await statesOf(id).toEqual(['delivered', 'delivered'])
  await user.client.conversations.delete.mutate({ conversationId, permanent: true })
  const [left, ...others] = await deliveriesOf(id)
  expect(others).toEqual([])
  const keeping = { database: app.database, keepDays: 30 }
  await pruneDeliveries({ ...keeping, clock: { now: () => new Date(Date.now() + 29 * 24 * hourMs) } })
  expect(await deliveriesOf(id)).toEqual([left])
  await pruneDeliveries({ ...keeping, clock: { now: () => new Date(Date.now() + 31 * 24 * hourMs) } })
  expect(await deliveriesOf(id)).toEqual([])
  await user.client.webhooks.delete.mutate({ webhookId: id })
  expect(await refused(user.client.webhooks.deliveries.query({ webhookId: id }))).toMatchObject({ code: 'NOT_FOUND' })
})
