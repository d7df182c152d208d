import { randomUUID } from 'node:crypto'
import type { EventOf, EventRecord, ToolCallPart } from '@holdfast/shared'
import { is, SQL, StringChunk } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '../src/event-log/unit-of-work.ts'
import { createLocalBus } from '../src/platform/bus/local-bus.ts'
import { createClock } from '../src/platform/clock.ts'
import type { Database } from '../src/platform/database/database.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createMemoryDatabase } from '../testing/memory-database.ts'
import { createGate, inTurn, text, tokens, toolCalls } from '../testing/scripted-provider/index.ts'
import { follow } from './follow.ts'
import { ask, send } from './send.ts'

let app: TestApp
let database: Database
/** The time on the server's clock; null: the real time. */
let now: Date | null = null
/** While it is set, the group commit waits before it asks the database. */
let hold: { readonly reached: () => void; readonly opened: Promise<void> } | null = null

beforeAll(async () => {
  const opened = await createMemoryDatabase()
  const queries = new Proxy(opened.queries, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target)
      if (name !== 'execute') return typeof value === 'function' ? (value.bind(target) as unknown) : value
      return async (...args: Parameters<typeof target.execute>) => {
        if (hold && isAppend(args[0])) {
          hold.reached()
          await hold.opened
        }
        return target.execute(...args)
      }
    },
  })
  database = { ...opened, queries }
  app = await createTestApp({ env: { AUTO_CONTINUE: 'off' }, overrides: { database, clock: { now: () => now ?? new Date() } } })
})
afterAll(() => app[Symbol.asyncDispose]())

function isAppend(statement: unknown): boolean {
  const texts = is(statement, SQL) ? statement.queryChunks.filter((chunk) => is(chunk, StringChunk)) : []
  return texts.some(({ value }) => value.join('').includes('insert into conversation_log'))
}

test('[L2] text that is not committed yet is not shown', async () => {
  const user = await app.createUser()
  const next = createGate()
  app.provider.script(async (reply) => {
    await reply.tokens(['first '])
    await reply.until(next.opened)
    await reply.tokens(['second'])
    await reply.finish()
  })
  const { conversationId, assistantMessageId } = await send(user, 'q')
  const reader = follow(user.client, conversationId)
  await reader.until(() => reader.message(assistantMessageId)?.content === 'first ')
  const held = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  hold = { reached: held.resolve, opened: released.promise }
  next.open()
  await held.promise
  // A round trip: whatever was published has arrived by now.
  await user.client.tools.list.query()
  expect(reader.message(assistantMessageId)?.content).toBe('first ')
  hold = null
  released.resolve()
  await reader.until(() => reader.message(assistantMessageId)?.content === 'first second')
  reader.stop()
})

test('[L2] a transaction that fails publishes nothing, and one that commits publishes after its work', async () => {
  const user = await app.createUser()
  const { id: conversationId } = await user.client.conversations.create.mutate({})
  const published: string[] = []
  const bus = { ...createLocalBus(), publish: (topic: string) => void published.push(topic) }
  const restore = (work: () => void) =>
    transact({ database, bus, clock: createClock() }, async (unit) => {
      await unit.append(conversationId, [{ type: 'conversation-restored' }])
      work()
    })
  const failure = new Error('the work failed')
  await expect(
    restore(() => {
      throw failure
    }),
  ).rejects.toThrow(failure)
  expect(published).toEqual([])
  await restore(() => expect(published).toEqual([]))
  expect(published).toEqual([`conversation:${conversationId}`])
})

test('[E2] every delta names its part and the UTF-16 length before it', async () => {
  const user = await app.createUser()
  app.provider.script(async (reply) => {
    for (const piece of ['a', '👋', 'é', '\n', '漢字', ' end']) {
      await reply.tokens([piece])
      await reply.sleep(20)
    }
    await reply.finish()
  })
  const { conversationId, assistantMessageId } = await ask(user, 'q')
  const records = await readLogOf(user, conversationId, assistantMessageId)
  const deltas = records.flatMap(({ event }): EventOf<'text-delta'>[] => (event.type === 'text-delta' ? [event] : []))
  expect(deltas.length).toBeGreaterThan(1)
  let text = ''
  for (const { part, offset, text: added } of deltas) {
    expect([part, offset]).toEqual([0, text.length])
    text += added
  }
  expect(text).toBe('a👋é\n漢字 end')
})

test('[E3] the index of a part grows over steps and generations, and a call id is unique in its message', async () => {
  const user = await app.createUser()
  const call = { name: 'list_tasks', args: { status: 'all' }, id: 'the same id of the provider' }
  app.provider.script(
    inTurn(toolCalls(call, call), toolCalls(call), tokens(9, { stopAfter: 2, then: 'truncate' }), text('the rest')),
  )
  const { conversationId, assistantMessageId: messageId, status } = await ask(user, 'q')
  expect(status).toBe('error')
  await user.client.messages.continue.mutate({ requestId: randomUUID(), messageId })
  const reader = follow(user.client, conversationId)
  await reader.until(() => reader.message(messageId)?.status === 'completed')
  reader.stop()
  const records = await readLogOf(user, conversationId, messageId)
  const places = records.flatMap(({ event }) => ('part' in event && event.messageId === messageId ? event.part : []))
  expect(places).toEqual(places.toSorted((one, other) => one - other))
  const calls = (reader.message(messageId)?.parts ?? []).filter((part): part is ToolCallPart => part.type === 'tool-call')
  expect(calls).toHaveLength(3)
  expect(new Set(calls.map(({ callId }) => callId)).size).toBe(3)
})

test('[M1] [M2] messages stand in the order in which they were added, whatever their ids and the clock say', async () => {
  const user = await app.createUser()
  const idOf = (number: number) => `00000000-0000-4000-8000-00000000000${number}`
  const first = await ask(user, 'one', { userMessageId: idOf(9), assistantMessageId: idOf(8) })
  const { conversationId } = first
  const roots = [first.userMessageId]
  for (const [number, seconds] of [
    [7, -90],
    [1, 60],
    [5, -30],
  ] as const) {
    now = new Date(Date.now() + seconds * 1_000)
    roots.push((await ask(user, 'again', { conversationId, parentId: null, userMessageId: idOf(number) })).userMessageId)
  }
  now = null
  for (const leafId of roots) {
    const { messages } = await user.client.messages.list.query({ conversationId, leafId })
    expect(messages[0]?.siblingIds).toEqual(roots)
  }
})

/** The log of a conversation up to the last end of a message. */
async function readLogOf(user: TestUser, conversationId: string, messageId: string): Promise<EventRecord[]> {
  const { cursor } = await user.client.messages.content.query({ messageId })
  const reader = follow(user.client, conversationId, { lastEventId: '0' })
  await reader.until((state) => state.cursor >= Number(cursor))
  reader.stop()
  return reader.batches.flat()
}
