import { decodeJwt } from 'jose'
import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { connect, createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow, type Follower } from './follow.ts'
import { errorToRefused } from './refused.ts'
import { tokenToUserId } from './token-to-user-id.ts'

let app: TestApp
const clock = { offsetMs: 0, now: () => new Date(Date.now() + clock.offsetMs) }

beforeAll(async () => {
  app = await createTestApp({ overrides: { clock } })
})
afterAll(() => app[Symbol.asyncDispose]())
afterEach(() => {
  clock.offsetMs = 0
})

/** The way in which a stream ended. */
function endOf(reader: Follower): Promise<string> {
  return reader.ended.then(
    () => 'completed',
    (error: unknown) => errorToRefused(error as Error).code,
  )
}

async function createConversation(user: TestUser): Promise<string> {
  return (await user.client.conversations.create.mutate({ title: 'Before' })).id
}

describe.each(['WebSocket', 'SSE'] as const)('a stream over %s', (transport) => {
  async function open(token: string, conversationId: string) {
    const client = connect(app.url, token)
    const reader = follow(transport === 'SSE' ? client.sseClient : client.client, conversationId)
    await reader.until(({ conversation }) => conversation !== null)
    return { reader, client }
  }

  test('[S5] ends when its access token is revoked, and hears nothing more (attacks A4, D9)', async () => {
    const user = await app.createUser()
    const conversationId = await createConversation(user)
    const { id: tokenId, token } = await user.client.tokens.create.mutate({ name: 'script' })
    const { token: otherToken } = await user.client.tokens.create.mutate({ name: 'other' })
    const { reader } = await open(token, conversationId)
    const { reader: other } = await open(otherToken, conversationId)
    await user.client.tokens.revoke.mutate({ tokenId })
    await user.client.conversations.update.mutate({ conversationId, title: 'After' })
    expect(await endOf(reader)).toBe('UNAUTHORIZED')
    expect(reader.state().conversation?.title).toBe('Before')
    await other.until(({ conversation }) => conversation?.title === 'After')
    other.stop()
  })

  test('[S5] ends when its session does (attacks A4, D9)', async () => {
    const user = await app.createUser()
    const conversationId = await createConversation(user)
    const { token: otherToken } = await user.client.tokens.create.mutate({ name: 'other' })
    const { reader } = await open(user.token, conversationId)
    const { reader: other, client } = await open(otherToken, conversationId)
    const headers = { cookie: user.cookie, 'content-type': 'application/json', origin: app.url }
    expect((await fetch(`${app.url}/api/auth/sign-out`, { method: 'POST', headers, body: '{}' })).status).toBe(200)
    await client.client.conversations.update.mutate({ conversationId, title: 'After' })
    expect(await endOf(reader)).toBe('UNAUTHORIZED')
    expect(reader.state().conversation?.title).toBe('Before')
    await other.until(({ conversation }) => conversation?.title === 'After')
    other.stop()
  })

  test('[S5] ends when a revocation was lost by the bus', async () => {
    const user = await app.createUser()
    const conversationId = await createConversation(user)
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const { reader } = await open(user.token, conversationId)
      await app.database.queries.delete(schema.users).where(eq(schema.users.id, tokenToUserId(user.token)))
      await vi.advanceTimersByTimeAsync(30_000)
      expect(await endOf(reader)).toBe('UNAUTHORIZED')
    } finally {
      vi.useRealTimers()
    }
  })

  test('ends when its token does', async () => {
    const user = await app.createUser()
    const conversationId = await createConversation(user)
    const { exp = 0 } = decodeJwt(user.token)
    clock.offsetMs = exp * 1_000 - Date.now() - 1_000
    const { reader } = await open(user.token, conversationId)
    expect(await endOf(reader)).toBe('UNAUTHORIZED')
  })
})

describe('a client that ignores the close frame', () => {
  /** A socket that ignores the protocol: it keeps sending after it was asked to close. */
  async function openRude(token: string) {
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/trpc?connectionParams=1`, { autoPong: false })
    socket.on('error', () => {})
    // The listener that answers a close frame is removed.
    const { _receiver: receiver } = socket as unknown as { _receiver?: { removeAllListeners: (name: string) => void } }
    receiver?.removeAllListeners('conclude')
    const ended = once(socket, 'close').then(([code]) => Number(code))
    await once(socket, 'open')
    const opened = (socket as unknown as { _receiver: { removeAllListeners: (name: string) => void } })._receiver
    opened.removeAllListeners('conclude')
    socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }))
    const create = async (): Promise<string> => {
      const conversationId = randomUUID()
      const params = { path: 'conversations.create', input: { conversationId } }
      socket.send(JSON.stringify({ id: 1, method: 'mutation', params }), () => {})
      return conversationId
    }
    return { socket, ended, create }
  }

  const endings: Record<string, (user: TestUser) => Promise<unknown>> = {
    'its sign-out': (user) =>
      fetch(`${app.url}/api/auth/sign-out`, {
        method: 'POST',
        headers: { cookie: user.cookie, 'content-type': 'application/json' },
        body: '{}',
      }),
    'its upgrade': (user) =>
      fetch(`${app.url}/api/auth/guest/upgrade`, {
        method: 'POST',
        headers: { cookie: user.cookie, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'A', email: `${randomUUID()}@example.com`, password: 'correct horse battery' }),
      }),
  }

  test.each(Object.entries(endings))(
    'a dead session wrote for 28 s: after %s nothing is carried out, and the socket is gone',
    async (_, end) => {
      const user = await app.createUser()
      const { socket, ended, create } = await openRude(user.token)
      const first = once(socket, 'message')
      const alive = await create()
      await first
      await end(user)
      const later: string[] = []
      const timer = setInterval(() => void create().then((id) => later.push(id)), 20)
      await ended
      clearInterval(timer)
      const rows = await app.database.queries
        .select({ id: schema.conversations.id })
        .from(schema.conversations)
        .where(eq(schema.conversations.userId, tokenToUserId(user.token)))
      expect(rows.map(({ id }) => id)).toEqual([alive])
      expect(later.length).toBeGreaterThan(5)
    },
  )

  test('a call on a socket whose session ended without a word of it is refused', async () => {
    const user = await app.createUser()
    const { socket, ended, create } = await openRude(user.token)
    // It answers this without asking who calls, once the token of the connection was looked at.
    socket.send(JSON.stringify({ id: 6, method: 'query', params: { path: 'no.such' } }))
    const [opened] = (await once(socket, 'message')) as [Buffer]
    expect(opened.toString()).toContain('NOT_FOUND')
    const userId = tokenToUserId(user.token)
    await app.database.queries.delete(schema.sessions).where(eq(schema.sessions.userId, userId))
    const answers: string[] = []
    socket.on('message', (data: Buffer) => answers.push(data.toString()))
    await create()
    await ended
    // The connection ends with the call, and may take the answer along.
    expect(answers.filter((answer) => !answer.includes('UNAUTHORIZED'))).toEqual([])
    expect(await app.database.queries.$count(schema.conversations, eq(schema.conversations.userId, userId))).toBe(0)
  })
})
