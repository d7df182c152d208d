import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { createMemoryDatabase } from '../testing/memory-database.ts'
import { createGate, text, tokens, tokensText } from '../testing/scripted-provider/index.ts'
import { follow } from './follow.ts'
import { refused } from './refused.ts'
import { ask, send } from './send.ts'

/** The next transactions fail with these codes, as those of a database in trouble do. */
let failures: string[] = []
/** Every transaction fails with this code. */
let trouble: string | null = null
/** Transactions that were begun. */
let transactions = 0
let app: TestApp

beforeAll(async () => {
  const database = await createMemoryDatabase()
  const queries = new Proxy(database.queries, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        if (name === 'transaction') transactions += 1
        const code = name === 'transaction' ? (trouble ?? failures.shift()) : undefined
        if (code !== undefined) return Promise.reject(Object.assign(new Error('no'), { code }))
        return Reflect.apply(value, target, args) as unknown
      }
    },
  })
  app = await createTestApp({ overrides: { database: { ...database, queries } } })
})
beforeEach(() => {
  failures = []
  trouble = null
})
afterAll(() => app[Symbol.asyncDispose]())

test('R11 a full disk was INTERNAL_SERVER_ERROR without a reason: it is said, nothing is changed, and later all is well', async () => {
  const user = await app.createUser()
  app.provider.script(text('ok'))
  // What runs in the background has transactions, too: which one is next is not known.
  trouble = '53100'
  const refusal = await refused(send(user, 'one'))
  trouble = null
  expect(refusal.reason).toBe('storage-full')
  expect(refusal.message).toMatch(/^The disk of the server is full\. Nothing was changed/u)
  expect((await user.client.conversations.list.query()).items).toEqual([])
  expect(await ask(user, 'two')).toMatchObject({ status: 'completed', response: 'ok' })
})

test('R12 the end of an answer that could not be written was tried once: it has the patience of its text', async () => {
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(tokens(4, { stopAfter: 3, then: gate }))
  const sent = await send(user, 'one')
  const reader = follow(user.client, sent.conversationId)
  await reader.until(() => reader.message(sent.assistantMessageId)?.content === tokensText(3))
  failures = ['CONNECTION_CLOSED', 'CONNECTION_CLOSED', '53300']
  gate.open()
  await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
  reader.stop()
  expect(failures).toEqual([])
  expect(app.logs.some(({ event }) => event === 'end-failed')).toBe(true)
  const { messages } = await user.client.conversations.get.query({ conversationId: sent.conversationId })
  expect(messages.at(-1)).toMatchObject({ status: 'completed', content: tokensText(4) })
})

test('R10 readers that come back together read a conversation once for each of them: they share one read', async () => {
  const user = await app.createUser()
  app.provider.script(text('ok'))
  const { conversationId } = await ask(user, 'one')
  const before = transactions
  const readers = Array.from({ length: 30 }, () => follow(user.client, conversationId))
  await Promise.all(readers.map((reader) => reader.until((state) => state.conversation !== null)))
  for (const reader of readers) reader.stop()
  expect(transactions - before).toBeGreaterThan(0)
  expect(transactions - before).toBeLessThan(15)
  const [first, ...others] = readers
  for (const other of others) expect(other.state()).toEqual(first?.state())
})

test('X22 an https address without a trusted proxy is warned of, and one with it is not', async () => {
  for (const [trusted, warnings] of [
    ['', 1],
    ['loopback', 0],
  ] as const) {
    await using behind = await createTestApp({
      env: { PUBLIC_URL: 'https://chat.example.com', TRUST_PROXY: trusted },
      provider: app.provider,
    })
    expect(behind.logs.filter(({ event }) => event === 'proxy-not-trusted')).toHaveLength(warnings)
  }
})
