import { schema } from '@holdfast/drizzle'
import { tokensCreateInput } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAuthServer, type AuthServer } from '../../test/create-auth-server.ts'
import { Refusal } from '../platform/refusal.ts'
import { createAccessToken } from './create-access-token.ts'
import { maxLiveAccessTokens } from './new-access-token.ts'
import { listAccessTokens } from './list-access-tokens.ts'
import { revokeAccessToken } from './revoke-access-token.ts'
import type { User } from './auth.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

let server: AuthServer
let user: User
let isForThisMachine = true
const deps = () => ({
  database: { queries: server.queries } as never,
  clock: server.clock,
  bus: server.bus,
  config: { isForThisMachine },
})
const create = (input: Record<string, unknown> = {}, as: User = user) =>
  createAccessToken(deps(), as, tokensCreateInput.parse({ name: 'My script', ...input }))
const revoke = (tokenId: string, as: User = user) => revokeAccessToken(deps(), as, { tokenId })
const list = async (as: User = user) => (await listAccessTokens(deps(), as)).items
const newUser = async (): Promise<User> => {
  const verified = await server.auth.verifyToken(await server.token(await server.guest()), 'api')
  if (verified === null) throw new Error('The token should work')
  return verified
}
const rowOf = async (id: string) =>
  (await server.queries.select().from(schema.accessTokens).where(eq(schema.accessTokens.id, id)))[0]
const taken = { code: 'CONFLICT', reason: 'id-taken' }

beforeAll(async () => {
  server = await createAuthServer()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  server.clock.offsetMs = 0
  user = await newUser()
})

describe('a personal access token', () => {
  test('is shown once, kept as a hash, and works like its owner', async () => {
    const created = await create()
    expect(created.token).toMatch(/^pat_[A-Za-z0-9_-]{43}$/u)
    expect(created.prefix).toBe(created.token.slice(0, 10))
    expect(JSON.stringify(await rowOf(created.id))).not.toContain(created.token.slice(10))
    expect(await list()).toEqual([
      {
        id: created.id,
        name: 'My script',
        scopes: ['api', 'mcp'],
        prefix: created.prefix,
        createdAt: created.createdAt,
        expiresAt: created.expiresAt,
        lastUsedAt: null,
      },
    ])
    const verified = await server.auth.verifyToken(created.token, 'api')
    expect(verified).toEqual({
      id: user.id,
      sessionId: null,
      accessTokenId: created.id,
      expiresAt: new Date(created.expiresAt ?? ''),
    })
    expect((await server.send('/trpc', { token: created.token })).status).toBe(200)
    expect((await server.send('/mcp', { token: created.token })).status).toBe(200)
  })

  test('works only for what it was made for', async () => {
    const { token } = await create({ scopes: ['mcp'] })
    expect(await server.auth.verifyToken(token, 'mcp')).not.toBeNull()
    expect(await server.auth.verifyToken(token, 'api')).toBeNull()
  })

  test('expires after the requested number of days, or never', async () => {
    const [short, endless] = [await create({ expiresInDays: 1 }), await create({ expiresInDays: null })]
    server.clock.offsetMs = dayMs - minuteMs
    expect(await server.auth.verifyToken(short.token, 'api')).not.toBeNull()
    server.clock.offsetMs = dayMs + minuteMs
    expect(await server.auth.verifyToken(short.token, 'api')).toBeNull()
    server.clock.offsetMs = 10_000 * dayMs
    expect(await server.auth.verifyToken(endless.token, 'api')).toMatchObject({ expiresAt: null })
    expect(endless.expiresAt).toBeNull()
  })

  test('of a guest lives for a week at most where others reach the server; an account may choose (attack B7)', async () => {
    isForThisMachine = false
    try {
      const tokenId = uuidv7()
      const days = ({ createdAt, expiresAt }: { createdAt: string; expiresAt: string | null }) =>
        expiresAt === null ? null : (Date.parse(expiresAt) - Date.parse(createdAt)) / dayMs
      for (const expiresInDays of [null, 90, 7]) expect(days(await create({ expiresInDays }))).toBe(7)
      expect(days(await create({ expiresInDays: 1 }))).toBe(1)
      await create({ tokenId })
      expect(days(await create({ tokenId })), 'a repeat').toBe(7)
      await server.queries.update(schema.users).set({ isAnonymous: false }).where(eq(schema.users.id, user.id))
      expect(days(await create({ expiresInDays: null }))).toBeNull()
      expect(days(await create())).toBe(90)
    } finally {
      isForThisMachine = true
    }
  })

  test('records its use, at most once a minute', async () => {
    const { id, token } = await create()
    const usedAt = async (offsetMs: number) => {
      server.clock.offsetMs = offsetMs
      await server.auth.verifyToken(token, 'api')
      return (await rowOf(id))?.lastUsedAt?.getTime()
    }
    const first = await usedAt(0)
    expect(first).toBeGreaterThan(0)
    expect(await usedAt(50_000)).toBe(first)
    expect(await usedAt(61_000)).toBeGreaterThan(first ?? Infinity)
  })

  test('is refused immediately when it is revoked, and its open connections are notified', async () => {
    const { id, token } = await create()
    const verified = await server.auth.verifyToken(token, 'api')
    if (verified === null) throw new Error('The token should work')
    expect(await server.auth.isAlive(verified)).toBe(true)
    const revoked = vi.fn()
    const stop = server.auth.onSessionRevoked(revoked)

    expect(await revoke(id)).toEqual({ tokenId: id })
    expect(await revoke(id)).toEqual({ tokenId: id })

    stop()
    expect(revoked.mock.calls).toEqual([[id]])
    expect(await server.auth.verifyToken(token, 'api')).toBeNull()
    expect(await server.auth.isAlive(verified)).toBe(false)
    expect(await list()).toEqual([])
  })

  test('[S9] survives a sign-out', async () => {
    const cookie = await server.guest()
    const owner = await server.auth.verifyToken(await server.token(cookie), 'api')
    const { token } = await create({}, owner ?? user)
    await server.send('/api/auth/sign-out', { method: 'POST', cookie })
    expect(await server.auth.verifyToken(token, 'api')).toMatchObject({ id: owner?.id })
  })

  test('dies with its owner', async () => {
    const { token } = await create()
    await server.queries.delete(schema.users).where(eq(schema.users.id, user.id))
    expect(await server.auth.verifyToken(token, 'api')).toBeNull()
  })

  test.each([
    'pat_',
    'pat_short',
    `pat_${'A'.repeat(43)}`,
    `pat_${'A'.repeat(5000)}`,
    `pat_${'\u0000'.repeat(43)}`,
    "pat_' or 1=1--",
  ])('that was never made is refused: %s', async (token) => {
    await create()
    expect(await server.auth.verifyToken(token, 'api')).toBeNull()
  })

  test('[S9] makes and revokes no tokens: a stolen one would outlive its revocation', async () => {
    const { id, token } = await create()
    const holder = await server.auth.verifyToken(token, 'api')
    if (holder === null) throw new Error('The token should work')
    await expect(create({}, holder)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(revoke(id, holder)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    expect(await list(holder)).toHaveLength(1)
  })
})

describe("another user's token", () => {
  test('is not listed, and revoking it answers like one that does not exist', async () => {
    const { id, token } = await create()
    const stranger = await newUser()
    expect(await list(stranger)).toEqual([])
    const refusals = await Promise.all(
      [id, uuidv7()].map((tokenId) => revoke(tokenId, stranger).catch((error: unknown) => error)),
    )
    expect(refusals[0]).toBeInstanceOf(Refusal)
    expect(refusals[0]).toMatchObject({ code: 'NOT_FOUND', message: 'Token not found' })
    expect(refusals[1]).toMatchObject({ code: 'NOT_FOUND', message: 'Token not found' })
    expect(await server.auth.verifyToken(token, 'api')).not.toBeNull()
  })

  test('keeps its id', async () => {
    const { id } = await create()
    await expect(create({ tokenId: id }, await newUser())).rejects.toMatchObject(taken)
  })
})

describe('creating again with the same id', () => {
  test('and the same body gives the same row with a new text, and the lost text is dead', async () => {
    const tokenId = uuidv7()
    const lost = await create({ tokenId, scopes: ['mcp', 'api'] })
    const again = await create({ tokenId, scopes: ['api', 'mcp'] })
    expect(again).toMatchObject({ id: tokenId, createdAt: lost.createdAt, expiresAt: lost.expiresAt, name: lost.name })
    expect(again.token).not.toBe(lost.token)
    expect(await server.auth.verifyToken(lost.token, 'api')).toBeNull()
    expect(await server.auth.verifyToken(again.token, 'api')).toMatchObject({ accessTokenId: tokenId })
    expect(await list()).toHaveLength(1)
  })

  test('at the same moment makes one row, and one text that works', async () => {
    const tokenId = uuidv7()
    const both = await Promise.all([create({ tokenId }), create({ tokenId })])
    const alive = await Promise.all(both.map(({ token }) => server.auth.verifyToken(token, 'api')))
    expect(alive.filter((verified) => verified !== null)).toHaveLength(1)
    expect(await list()).toHaveLength(1)
  })

  test.each([
    ['another name', { name: 'Another script' }],
    ['other scopes', { scopes: ['api'] }],
    ['another life', { expiresInDays: 30 }],
    ['an endless life', { expiresInDays: null }],
  ])('and %s is a conflict', async (_what, change) => {
    const tokenId = uuidv7()
    const { token } = await create({ tokenId })
    await expect(create({ tokenId, ...change })).rejects.toMatchObject(taken)
    expect(await server.auth.verifyToken(token, 'api')).not.toBeNull()
  })

  test('is a conflict once the token was used, was revoked, or is older than ten minutes', async () => {
    const [used, revoked, old] = [uuidv7(), uuidv7(), uuidv7()]
    const { token } = await create({ tokenId: used })
    await server.auth.verifyToken(token, 'api')
    await expect(create({ tokenId: used })).rejects.toMatchObject(taken)
    expect(await server.auth.verifyToken(token, 'api')).not.toBeNull()

    await create({ tokenId: revoked })
    await revoke(revoked)
    await expect(create({ tokenId: revoked })).rejects.toMatchObject(taken)

    await create({ tokenId: old })
    server.clock.offsetMs = 11 * minuteMs
    await expect(create({ tokenId: old })).rejects.toMatchObject(taken)
  })
})

test('a user can have a limited number of live tokens; revoking frees one', async () => {
  const now = new Date()
  const ids = Array.from({ length: maxLiveAccessTokens }, () => uuidv7())
  await server.queries
    .insert(schema.accessTokens)
    .values(ids.map((id) => ({ id, userId: user.id, name: 'n', hash: id, prefix: 'pat_', scopes: ['api'], createdAt: now })))
  await expect(create()).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await revoke(ids[0] ?? '')
  await expect(create()).resolves.toMatchObject({ name: 'My script' })
})
