import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createUpload } from './upload.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await createTestApp({ env: { CALLS_PER_MINUTE: '60' } })
})
afterAll(() => app[Symbol.asyncDispose]())

/** How many of these calls are carried out; the others are refused, and say when to come again. */
async function countAccepted(calls: readonly Promise<unknown>[]): Promise<number> {
  const results = await Promise.allSettled(calls)
  const errors = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []))
  for (const error of errors) {
    expect(error).toMatchObject({
      data: { code: 'TOO_MANY_REQUESTS', reason: 'rate-limited', retryAfterMs: expect.any(Number) as number },
    })
  }
  return calls.length - errors.length
}
const many = (count: number, call: () => Promise<unknown>) => Array.from({ length: count }, call)
const callOverHttp = (user: TestUser) => user.client.system.info.query()

test('[X7] one guest’s 1,500 calls in a burst were all carried out, and others waited for them (attack D6)', async () => {
  const guest = await app.createUser()
  const accepted = await countAccepted(many(150, () => callOverHttp(guest)))
  expect(accepted).toBeGreaterThanOrEqual(30)
  // Some come back while the others are refused.
  expect(accepted).toBeLessThan(60)
  const other = await app.createUser()
  expect(await callOverHttp(other)).toMatchObject({ user: { isGuest: true } })
})

test('[U8] uploads count as five calls each, and one too many is refused as JSON', async () => {
  const guest = await app.createUser()
  const create = async () => {
    const response = await createUpload(app, guest, 10)
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.text() }
  }
  const created = []
  for (let index = 0; index < 20; index += 1) created.push(await create())
  const refused = created.filter(({ status }) => status === 429)
  expect(created.filter(({ status }) => status === 201).length + refused.length).toBe(20)
  expect(refused.length).toBeGreaterThanOrEqual(5)
  expect(Number(refused[0]?.retryAfter)).toBeGreaterThan(0)
  expect(JSON.parse(refused[0]?.body ?? '')).toMatchObject({
    code: 'TOO_MANY_REQUESTS',
    reason: 'rate-limited',
    retryAfterMs: expect.any(Number) as number,
  })
})

test('[X7] the limit holds over all transports together: HTTP, server-sent events and MCP (attack E13)', async () => {
  const guest = await app.createUser()
  const headers = { authorization: `Bearer ${guest.token}` }
  expect(await countAccepted(many(40, () => callOverHttp(guest)))).toBeLessThan(40)
  const input = encodeURIComponent(JSON.stringify({}))
  const stream = await fetch(`${app.url}/trpc/activity.follow?input=${input}`, {
    headers: { ...headers, accept: 'text/event-stream' },
  })
  expect(await stream.text()).toContain('TOO_MANY_REQUESTS')
  const { token } = (await (
    await fetch(`${app.url}/api/auth/token?audience=mcp`, { headers: { cookie: guest.cookie } })
  ).json()) as { token: string }
  const statuses = await Promise.all(
    many(5, async () => {
      const response = await fetch(`${app.url}/mcp`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      })
      await response.text()
      return response.status
    }),
  )
  expect(statuses).toContain(429)
})

test('[X7] a search counts as ten', async () => {
  const guest = await app.createUser()
  expect(await countAccepted(many(6, () => guest.client.search.messages.query({ query: 'word' })))).toBe(3)
})

test('a refused call leaves nothing behind and can be repeated', async () => {
  const guest = await app.createUser()
  await countAccepted(many(40, () => callOverHttp(guest)))
  const conversationId = randomUUID()
  const create = () => guest.client.conversations.create.mutate({ conversationId })
  await vi.waitFor(create, { timeout: 60_000, interval: 200 })
  const { items } = await vi.waitFor(() => guest.client.conversations.list.query(), { timeout: 60_000, interval: 200 })
  expect(items.map(({ id }) => id)).toEqual([conversationId])
})
