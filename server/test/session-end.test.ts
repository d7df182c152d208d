import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connect, createTestApp, type TestApp, type TestUser } from './create-test-app.ts'
import { follow, type Follower } from './follow.ts'
import { errorToRefused } from './refused.ts'

let app: TestApp
const clock = { offsetMs: 0, now: () => new Date(Date.now() + clock.offsetMs) }

beforeAll(async () => {
  app = await createTestApp({ overrides: { clock } })
})
afterAll(() => app[Symbol.asyncDispose]())
afterEach(() => {
  clock.offsetMs = 0
})

/** How a stream ended. */
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

  test('ends when its access token is revoked, and hears nothing more', async () => {
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

  test('ends when its session does', async () => {
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

  test('ends when its token does', async () => {
    const user = await app.createUser()
    const conversationId = await createConversation(user)
    const { exp = 0 } = decodeJwt(user.token)
    clock.offsetMs = exp * 1_000 - Date.now() - 1_000
    const { reader } = await open(user.token, conversationId)
    expect(await endOf(reader)).toBe('UNAUTHORIZED')
  })
})
