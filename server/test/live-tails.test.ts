import { getEventListeners } from 'node:events'
import { PGlite } from '@electric-sql/pglite'
import type { EventRecord, Id } from '@holdfast/shared'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createClock } from '../src/platform/clock.ts'
import { followConversation } from '../src/conversations/queries/follow-conversation.ts'
import { createLiveTails } from '../src/event-log/live-tails.ts'
import { transact } from '../src/event-log/unit-of-work.ts'
import type { Database } from '../src/platform/database/database.ts'
import { createLogger } from '../src/platform/logger.ts'
import { createChaosBus } from './chaos-bus.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createSeededRandom } from './seeded-random.ts'
import { tokenToUserId } from './token-to-user-id.ts'

let app: TestApp
let user: TestUser

beforeAll(async () => {
  app = await createTestApp()
  user = await app.createUser()
})
afterAll(() => app[Symbol.asyncDispose]())

/** A node of its own beside the server: its readers hear of the log only over this bus. */
async function createNode(seed: number) {
  const random = createSeededRandom(seed)
  const bus = createChaosBus(random)
  const { database } = app
  const liveTails = createLiveTails(bus, database, createLogger('silent'))
  const { id: conversationId } = await user.client.conversations.create.mutate({})
  const { conversation } = await user.client.conversations.get.query({ conversationId })
  const userId = tokenToUserId(user.token)
  return {
    bus,
    random,
    conversationId,
    append: (titles: readonly string[]) =>
      transact({ database, bus, clock: createClock() }, (unit) =>
        unit.append(
          conversationId,
          titles.map((title) => ({ type: 'conversation-updated', conversation: { ...conversation, title } })),
        ),
      ),
    follow: (lastEventId: string | null, signal: AbortSignal, heartbeatMs = 60_000) =>
      followConversation({ database, liveTails, heartbeatMs }, userId, { conversationId, lastEventId, socket: null, signal }),
    [Symbol.dispose]: () => liveTails.close(),
  }
}

/** Reads until the log's end has come. */
async function readTo(
  last: Promise<number>,
  node: Awaited<ReturnType<typeof createNode>>,
  lastEventId: string | null,
): Promise<EventRecord[]> {
  const records: EventRecord[] = []
  const stop = new AbortController()
  let end = Number.POSITIVE_INFINITY
  const check = () => {
    if ((records.at(-1)?.seq ?? 0) >= end) stop.abort()
  }
  void last.then((seq) => {
    end = seq
    check()
  })
  for await (const batch of node.follow(lastEventId, stop.signal)) {
    records.push(...batch.records)
    expect(batch.cursor).toBe(String(records.at(-1)?.seq ?? lastEventId))
    check()
  }
  return records
}

test.each(Array.from({ length: 12 }, (_, index) => index + 1))(
  '[C3] whatever the bus loses, doubles or reorders, every reader has the exact rest of the log (seed %i)',
  async (seed) => {
    using node = await createNode(seed)
    const total = 120
    const ended = Promise.withResolvers<number>()
    const readers: Promise<EventRecord[]>[] = []
    const starts: (number | null)[] = []
    let written = 0
    while (written < total) {
      if (readers.length < 8 && node.random() < 0.15) {
        const start = node.random() < 0.3 ? null : Math.floor(node.random() * (written + 1))
        starts.push(start)
        readers.push(readTo(ended.promise, node, start === null ? null : String(start)))
      }
      const count = Math.min(total - written, 1 + Math.floor(node.random() * 3))
      await node.append(Array.from({ length: count }, (_, index) => `title ${written + index + 1}`))
      written += count
      if (node.random() < 0.3) await new Promise((resolve) => setImmediate(resolve))
    }
    ended.resolve(total)
    node.bus.heal()
    for (const [index, reading] of readers.entries()) {
      const records = await reading
      const start = starts[index] ?? (records[0]?.seq ?? 0) - 1
      expect(records.map(({ seq }) => seq)).toEqual(Array.from({ length: total - start }, (_, place) => start + place + 1))
      const changes = records.flatMap(({ seq, event }) =>
        event.type === 'conversation-updated' ? [[seq, event.conversation.title]] : [],
      )
      for (const [at, title] of changes) expect(title).toBe(`title ${at}`)
    }
    expect(readers.length).toBeGreaterThan(3)
    await expect.poll(node.bus.subscribers).toBe(0)
  },
)

test('a reader that goes leaves nothing behind, wherever it was', async () => {
  using node = await createNode(1)
  await node.append(['one', 'two', 'three'])
  const signals: AbortSignal[] = []
  await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const stop = new AbortController()
      signals.push(stop.signal)
      const odd: readonly (string | null)[] = [null, '0', '3', '99']
      const followed = node.follow(odd[index % 4] ?? null, stop.signal, 5)
      // Some go before the first batch, some after a few, some by a signal, some by a return.
      const batches = index % 5
      if (batches === 0) stop.abort()
      for (let taken = 0; taken < batches; taken += 1) await followed.next()
      if (index % 2 === 0) {
        const waiting = followed.next()
        stop.abort()
        await waiting
      }
      await followed.return()
    }),
  )
  await expect.poll(node.bus.subscribers).toBe(0)
  expect(signals.flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([])
})

test('all readers of a conversation on one node share one subscription', async () => {
  using node = await createNode(1)
  const stops = Array.from({ length: 20 }, () => new AbortController())
  const readers = stops.map(({ signal }) => node.follow(null, signal))
  await Promise.all(readers.map((reader) => reader.next()))
  expect(node.bus.subscribers()).toBe(1)
  for (const stop of stops) stop.abort()
  for (const reader of readers) await reader.return()
  await expect.poll(node.bus.subscribers).toBe(0)
})

test("another user's conversation attaches nothing", async () => {
  using node = await createNode(1)
  const stranger = await app.createUser()
  const liveTails = createLiveTails(node.bus, app.database, createLogger('silent'))
  const followed = followConversation(
    { database: app.database, liveTails, heartbeatMs: 1_000 },
    tokenToUserId(stranger.token) as Id,
    {
      conversationId: node.conversationId,
      lastEventId: null,
      socket: null,
      signal: new AbortController().signal,
    },
  )
  await expect(followed.next()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(node.bus.subscribers()).toBe(0)
  liveTails.close()
})

/** The database, and how often conversations and their logs are read: a transaction is one read. `most`: at a time, beside the logs. */
function countReads(database: Database) {
  const counted = { total: 0, running: 0, most: 0 }
  const count = async <Result>(work: () => Promise<Result>, isLog = false) => {
    counted.total += 1
    if (isLog) return work()
    counted.running += 1
    counted.most = Math.max(counted.most, counted.running)
    try {
      return await work()
    } finally {
      counted.running -= 1
    }
  }
  const query = PGlite.prototype.query
  const spy = vi.spyOn(PGlite.prototype, 'query').mockImplementation(function (this: PGlite, text, ...values) {
    const run = () => query.call(this, text, ...values)
    return (/from "conversation/u.test(text) ? count(run, text.includes('conversation_log')) : run()) as never
  })
  const queries = new Proxy(database.queries, {
    get: (target, name) => {
      if (name !== 'transaction') return Reflect.get(target, name) as unknown
      return (...values: Parameters<typeof target.transaction>) => count(() => target.transaction(...values))
    },
  })
  return { counted, database: { ...database, queries }, [Symbol.dispose]: () => spy.mockRestore() }
}

test('R10 two thousand readers that come back after a restart share what is read: so much for a conversation, few at a time', async () => {
  using node = await createNode(1)
  const { client } = user
  const created = await Promise.all(Array.from({ length: 19 }, () => client.conversations.create.mutate({})))
  const ids = [node.conversationId, ...created.map(({ id }) => id)]
  const userId = tokenToUserId(user.token)
  using reads = countReads(app.database)
  const { counted, database } = reads
  using tails = { ...createLiveTails(node.bus, database, createLogger('silent')), [Symbol.dispose]: () => tails.close() }
  const stop = new AbortController()
  const deps = { database, liveTails: tails, heartbeatMs: 60_000 }
  const readers = Array.from({ length: 2_000 }, (_, index) => {
    const conversationId = ids[index % ids.length] ?? ''
    return followConversation(deps, userId, { conversationId, lastEventId: null, socket: null, signal: stop.signal })
  })
  const states = await Promise.all(
    readers.map(async (reader) => {
      const next = await reader.next()
      if (next.done) throw new Error('a reader ended')
      // It goes on to the log.
      const live = reader.next()
      return { first: next.value.records, live }
    }),
  )
  await vi.waitUntil(() => tails.load().followers === 2_000)
  for (const { first } of states) expect(first).toMatchObject([{ event: { type: 'snapshot' } }])
  // For each conversation: whether the reader may, where it stands, the snapshot, and what the log has after it.
  expect(counted.total).toBeLessThanOrEqual(4 * ids.length)
  expect(counted.most).toBeLessThanOrEqual(8)
  stop.abort()
  await Promise.all(states.map(({ live }) => live))
})
