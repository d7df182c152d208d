import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  createAuthServer,
  createTestPglite,
  sendTo,
  testSecret,
  type AuthServer,
  type SendOptions,
} from '../../test/create-auth-server.ts'
import { ConfigError } from '../config/config.ts'
import { createAccessToken } from './create-access-token.ts'
import { createAuth } from './create-auth.ts'

let server: AuthServer
let pglite: Awaited<ReturnType<typeof createTestPglite>>
beforeAll(async () => {
  pglite = await createTestPglite()
  server = await createAuthServer({ pglite })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await pglite.close()
})
beforeEach(() => {
  server.clock.offsetMs = 0
})

let emails = 0
const newEmail = () => `person-${(emails += 1)}@example.com`
const password = 'correct horse battery'
const signUp = (email: string, extra: Record<string, unknown> = {}) =>
  server.send('/api/auth/sign-up/email', { body: { name: 'A Person', email, password, ...extra } })

async function userOf(cookie: string) {
  const { user } = (await server.send('/trpc', { token: await server.token(cookie) })).json()
  return user as { id: string; sessionId: string }
}

describe('a token', () => {
  test('needs one call for a guest, and identifies that guest', async () => {
    const guest = await server.send('/api/auth/sign-in/anonymous', { method: 'POST' })
    const { id } = guest.json()['user'] as { id: string }
    const answer = await server.send('/trpc', { token: await server.token(guest.cookie ?? '') })
    expect(answer.json()['user']).toMatchObject({ id, sessionId: expect.any(String) })
  })

  test('holds six claims and nothing about the person (T7)', async () => {
    const claims = decodeJwt(await server.token(await server.guest()))
    expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'sid', 'sub'])
    expect(claims.iss).toBe('holdfast')
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(300)
  })

  test('[S2] of one audience is refused where the other is asked for (T8)', async () => {
    const cookie = await server.guest()
    const [api, mcp] = [await server.token(cookie, 'api'), await server.token(cookie, 'mcp')]
    const statusOf = async (path: string, token: string) => (await server.send(path, { token })).status
    expect([await statusOf('/trpc', api), await statusOf('/mcp', api)]).toEqual([200, 401])
    expect([await statusOf('/trpc', mcp), await statusOf('/mcp', mcp)]).toEqual([401, 200])
    expect((await server.send('/api/auth/token?audience=admin', { cookie })).status).toBe(400)
  })

  test('is requested with the cookie and used without it: neither can replace the other', async () => {
    const cookie = await server.guest()
    const token = await server.token(cookie)
    expect((await server.send('/trpc', { cookie })).status).toBe(401)
    expect((await server.send('/api/auth/token', { token })).status).toBe(401)
    expect((await server.send('/trpc', { headers: { authorization: `bEaReR  ${token}` } })).status).toBe(200)
  })

  test('is refused when it has expired', async () => {
    const token = await server.token(await server.guest())
    server.clock.offsetMs = 240_000
    expect(await server.auth.verifyToken(token, 'api')).not.toBeNull()
    server.clock.offsetMs = 301_000
    expect(await server.auth.verifyToken(token, 'api')).toBeNull()
  })

  test('ends with its session at sign-out, immediately, and all nodes are notified', async () => {
    const cookie = await server.guest()
    const token = await server.token(cookie)
    const user = await server.auth.verifyToken(token, 'api')
    if (user === null) throw new Error('The token should work')
    const revoked = vi.fn()
    const stop = server.auth.onSessionRevoked(revoked)
    expect(await server.auth.isAlive(user)).toBe(true)

    expect((await server.send('/api/auth/sign-out', { method: 'POST', cookie })).status).toBe(200)

    expect(revoked.mock.calls).toEqual([[user.sessionId]])
    expect(await server.auth.isAlive(user)).toBe(false)
    expect((await server.send('/trpc', { token })).status).toBe(401)
    expect((await server.send('/api/auth/token', { cookie })).status).toBe(401)
    stop()
    server.bus.publish('auth:session-revoked', 'another')
    expect(revoked).toHaveBeenCalledTimes(1)
  })

  test('dies with its user', async () => {
    const token = await server.token(await server.guest())
    const user = await server.auth.verifyToken(token, 'api')
    await server.queries.delete(schema.users).where(eq(schema.users.id, user?.id ?? ''))
    expect(await server.auth.verifyToken(token, 'api')).toBeNull()
  })

  test('cannot be had with an expired session, neither from /token nor from a header (T1, T6) (attack A5)', async () => {
    const cookie = await server.guest()
    const token = await server.token(cookie)
    const user = await server.auth.verifyToken(token, 'api')
    await server.queries
      .update(schema.sessions)
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .where(eq(schema.sessions.id, user?.sessionId ?? ''))
    const session = await server.send('/api/auth/get-session', { cookie })
    expect(session.headers['set-auth-jwt']).toBeUndefined()
    expect(session.json()).toBeNull()
    expect((await server.send('/api/auth/token', { cookie })).status).toBe(401)
    expect(await server.auth.verifyToken(token, 'api')).toBeNull()
  })

  test('is not the session token that JavaScript can read (T14)', async () => {
    const answer = await server.send('/api/auth/sign-in/anonymous', { method: 'POST' })
    const [row] = await server.queries
      .select({ token: schema.sessions.token })
      .from(schema.sessions)
      .where(eq(schema.sessions.userId, String((answer.json()['user'] as { id: string }).id)))
    const sessionToken = row?.token ?? ''
    expect(sessionToken.length).toBeGreaterThan(20)
    const session = await server.send('/api/auth/get-session', { cookie: answer.cookie })
    expect(session.json()).toMatchObject({ user: { isAnonymous: true }, session: { id: expect.any(String) } })
    for (const { text } of [answer, session]) expect(text).not.toContain(sessionToken)
    expect((await server.send('/api/auth/token', { token: sessionToken })).status).toBe(401)
    expect((await server.send('/trpc', { token: sessionToken })).status).toBe(401)
    expect((await server.send('/api/auth/token', { cookie: `holdfast.session_token=${sessionToken}` })).status).toBe(401)
  })
})

describe('the signing key', () => {
  test('is created once, however many requests need the first one (T9)', async () => {
    const fresh = await createTestPglite()
    try {
      await Promise.all([1, 2, 3].map(() => createAuthServer({ pglite: fresh }).then((one) => one[Symbol.asyncDispose]())))
      const { rows } = await fresh.query<{ n: number }>('select count(*)::int as n from jwks')
      expect(rows).toEqual([{ n: 1 }])
    } finally {
      await fresh.close()
    }
  })

  test('of another secret stops the start with a line that names the variable (T10) (attack A6)', async () => {
    const start = createAuth({
      config: { authSecret: `not ${testSecret}`, dataDir: null, isForThisMachine: true, trustedIssuers: [], oidcProviders: [] },
      clock: server.clock,
      database: { kind: 'pglite', queries: server.queries },
      bus: server.bus,
      logger: server.logger,
      audit: server.audit,
      origins: server.origins,
      settings: { current: () => server.settings },
    })
    await expect(start).rejects.toThrow(ConfigError)
    await expect(start).rejects.toThrow(/^BETTER_AUTH_SECRET: /u)
  })

  test('is stored encrypted, and served without its private half', async () => {
    const [row] = await server.queries.select().from(schema.jwks)
    expect(row?.privateKey).not.toContain('"d"')
    const { keys } = (await server.send('/api/auth/jwks')).json() as { keys: Record<string, unknown>[] }
    expect(keys).toEqual([{ alg: 'EdDSA', crv: 'Ed25519', kty: 'OKP', x: expect.any(String), kid: row?.id }])
  })
})

describe('an account', () => {
  test('can be made, left and entered again with the same id', async () => {
    const email = newEmail()
    const { cookie } = await signUp(email)
    const { id } = await userOf(cookie ?? '')
    await server.send('/api/auth/sign-out', { method: 'POST', cookie })
    const back = await server.send('/api/auth/sign-in/email', { body: { email: email.toUpperCase(), password } })
    expect((await userOf(back.cookie ?? '')).id).toBe(id)
    expect((await server.send('/api/auth/sign-in/email', { body: { email, password: 'not that one' } })).status).toBe(401)
  })

  test('is made once when five ask for one address', async () => {
    const email = newEmail()
    const statuses = (await Promise.all([1, 2, 3, 4, 5].map(() => signUp(email)))).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 422, 422, 422, 422])
    const rows = await server.queries.select().from(schema.users).where(eq(schema.users.email, email))
    expect(rows).toHaveLength(1)
  })

  test('takes no field that the server decides (attack C5)', async () => {
    const id = '00000000-0000-7000-8000-000000000001'
    const email = newEmail()
    const answer = await signUp(email, {
      id,
      emailVerified: true,
      isAnonymous: true,
      role: 'admin',
      createdAt: '2001-01-01',
    })
    const [row] = await server.queries.select().from(schema.users).where(eq(schema.users.email, email))
    if (answer.status === 200) {
      expect(row).toMatchObject({ emailVerified: false, isAnonymous: false })
      expect(row?.id).not.toBe(id)
      expect(row?.createdAt.getFullYear()).toBeGreaterThan(2001)
    } else expect([answer.status, row]).toEqual([400, undefined])
  })

  test.each([
    ['a name that is too long', { name: 'n'.repeat(101) }],
    ['a name of nothing visible', { name: '\u200b \u200b' }],
    ['a name with NUL', { name: 'a\u0000b' }],
    ['a picture', { image: 'javascript:alert(1)' }],
    [
      'an address that is too long',
      { email: `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.example` },
    ],
    ['a short password', { password: 'short' }],
    ['a very long password', { password: 'p'.repeat(129) }],
    ['no address', { email: 'nobody' }],
  ])('is not made with %s (T13)', async (_what, extra) => {
    const before = await countUsers()
    expect((await signUp(newEmail(), extra)).status).toBe(400)
    expect(await countUsers()).toBe(before)
  })

  test('is not changed to such a name or picture either (T13)', async () => {
    const { cookie } = await signUp(newEmail())
    const update = (body: Record<string, unknown>) => server.send('/api/auth/update-user', { cookie, body })
    expect((await update({ image: 'javascript:alert(1)' })).status).toBe(400)
    expect((await update({ name: 'n'.repeat(101) })).status).toBe(400)
    expect((await update({ name: 'Another Name' })).status).toBe(200)
    expect((await update({ isAnonymous: true, name: 'Another Name' })).status).not.toBe(500)
    const { id } = await userOf(cookie ?? '')
    const [row] = await server.queries.select().from(schema.users).where(eq(schema.users.id, id))
    expect(row).toMatchObject({ name: 'Another Name', isAnonymous: false, image: null })
  })

  test('with a new password ends every other session, also when the page does not ask for it', async () => {
    const email = newEmail()
    const { cookie: here } = await signUp(email)
    const { cookie: elsewhere } = await server.send('/api/auth/sign-in/email', { body: { email, password } })
    const token = await server.token(elsewhere ?? '')
    const answer = await server.send('/api/auth/change-password', {
      cookie: here,
      body: { currentPassword: password, newPassword: 'another horse', revokeOtherSessions: false },
    })
    expect(answer.status).toBe(200)
    expect((await server.send('/trpc', { token })).status).toBe(401)
    expect((await server.send('/api/auth/token', { cookie: elsewhere })).status).toBe(401)
    expect((await server.send('/api/auth/token', { cookie: answer.cookie })).status).toBe(200)
  })

  test('entered by a guest leaves what the guest had (T16) (attack B5)', async () => {
    const email = newEmail()
    await signUp(email)
    const guestCookie = await server.guest()
    const guest = await userOf(guestCookie)
    await server.send('/api/auth/sign-in/email', { cookie: guestCookie, body: { email, password } })
    expect(await server.queries.select().from(schema.users).where(eq(schema.users.id, guest.id))).toHaveLength(1)
  })

  test('gets ids that are UUIDs made by the server (T12)', async () => {
    const { id, sessionId } = await userOf(await server.guest())
    const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u
    expect([id, sessionId]).toEqual([expect.stringMatching(uuidv7), expect.stringMatching(uuidv7)])
  })
})

describe('the cookie', () => {
  test('cannot be read by scripts or sent by other sites, and needs no https on this machine', async () => {
    const { headers } = await server.send('/api/auth/sign-in/anonymous', { method: 'POST' })
    const [line] = headers['set-cookie'] ?? []
    expect(line).toMatch(/^holdfast\.session_token=[^;]+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/u)
  })

  test('is for https only when the public address is', async () => {
    await using https = await createAuthServer({ pglite, publicUrl: 'https://chat.example.com' })
    const { headers } = await https.send('/api/auth/sign-in/anonymous', {
      method: 'POST',
      headers: { host: 'chat.example.com' },
    })
    expect(headers['set-cookie']?.[0]).toMatch(/^__Host-holdfast\.session_token=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/u)
  })

  test('has a name of its own under a path, since another server of the same host gets it as well', async () => {
    await using chat = await createAuthServer({ pglite, publicUrl: 'https://example.com/team/chat' })
    const headers = { host: 'example.com' }
    const signedIn = await chat.send('/team/chat/api/auth/sign-in/anonymous', { method: 'POST', headers })
    expect(signedIn.headers['set-cookie']?.[0]).toMatch(
      /^__Host-holdfast\.team\.chat\.session_token=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/u,
    )
    const { cookie } = signedIn
    const userOf = async (sent: string | null) =>
      (await chat.send('/api/auth/get-session', { cookie: sent, headers })).json() as { user: { id: string } } | null
    const { id } = signedIn.json()['user'] as { id: string }
    const ofRoot = (cookie ?? '').replace('.team.chat', '')
    expect((await userOf(`__Host-holdfast.session_token=other; ${cookie}`))?.user.id).toBe(id)
    expect(await userOf(ofRoot)).toBeNull()
    const name = await chat.send('/team/chat/api/auth/update-user', { cookie, headers, body: { name: 'Renamed' } })
    expect(name.status).toBe(200)
    const out = await chat.send('/team/chat/api/auth/sign-out', { method: 'POST', cookie, headers })
    expect(out.headers['set-cookie']?.[0]).toMatch(/^__Host-holdfast\.team\.chat\.session_token=; Max-Age=0/u)
  })

  test('of an older version, without the prefix that binds it to this host, still opens the session, unless both are there', async () => {
    await using https = await createAuthServer({ pglite, publicUrl: 'https://chat.example.com' })
    const headers = { host: 'chat.example.com' }
    const signIn = () => https.send('/api/auth/sign-in/anonymous', { method: 'POST', headers })
    const [first, second] = [await signIn(), await signIn()]
    const older = (first.cookie ?? '').replace('__Host-', '__Secure-')
    const userOfCookie = async (cookie: string) =>
      ((await https.send('/api/auth/get-session', { cookie, headers })).json() as { user: { id: string } }).user.id
    expect(older).toMatch(/^__Secure-/u)
    const firstId = (first.json()['user'] as { id: string }).id
    expect(await userOfCookie(older)).toBe(firstId)
    expect(await userOfCookie(first.cookie ?? '')).toBe(firstId)
    // Another host of the domain can plant a cookie with the older prefix; it does not win.
    expect(await userOfCookie(`${older}; ${second.cookie}`)).toBe((second.json()['user'] as { id: string }).id)
    const out = await https.send('/api/auth/sign-out', { method: 'POST', cookie: second.cookie, headers })
    expect(out.headers['set-cookie']?.[0]).toMatch(/^__Host-holdfast\.session_token=; Max-Age=0/u)
  })

  test('reaches the server from the foreign pages that are configured', async () => {
    await using both = await createAuthServer({
      pglite,
      publicUrl: 'https://chat.example.com',
      corsOrigins: ['https://page.example.org'],
    })
    const { headers } = await both.send('/api/auth/sign-in/anonymous', {
      method: 'POST',
      headers: { host: 'chat.example.com', origin: 'https://page.example.org' },
    })
    expect(headers['set-cookie']?.[0]).toMatch(/; Secure; SameSite=None$/u)
    expect(headers['access-control-allow-origin']).toBe('https://page.example.org')
  })
})

describe('limits', () => {
  test('count per address of the connection, not per address that a client claims (T3, T4) (attack A8)', async () => {
    await using limited = await createAuthServer({ pglite, limits: { signIn: 3 } })
    const attempt = (n: number) =>
      limited.send('/api/auth/sign-in/email', {
        body: { email: 'nobody@example.com', password: 'wrong password' },
        headers: {
          'x-forwarded-for': `203.0.113.${n}`,
          'x-real-ip': `203.0.113.${n}`,
          'x-holdfast-client-ip': `203.0.113.${n}`,
        },
      })
    const answers = []
    for (const n of [1, 2, 3, 4]) answers.push(await attempt(n))
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429])
    const seconds = Number(answers[3]?.headers['retry-after'])
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(60)
    // Another path has its own count.
    expect((await limited.send('/api/auth/sign-in/anonymous', { method: 'POST' })).status).toBe(200)
  })

  test('of one server are not those of another in the same process', async () => {
    await using first = await createAuthServer({ pglite, limits: { guests: 1 } })
    await using second = await createAuthServer({ pglite, limits: { guests: 1 } })
    const statusOf = async (one: AuthServer) => (await one.send('/api/auth/sign-in/anonymous', { method: 'POST' })).status
    expect([await statusOf(first), await statusOf(first), await statusOf(second)]).toEqual([200, 429, 200])
  })

  test('[X7] guests of a day are limited for an address and for all, longer than for a minute (attack B3)', async () => {
    await using limited = await createAuthServer({
      pglite,
      trustedProxies: ['loopback'],
      limits: { guestsPerDay: { perAddress: 2, inAll: 3 } },
    })
    const come = async (ip: string) => {
      const headers = { 'x-forwarded-for': ip }
      const { status, headers: given } = await limited.send('/api/auth/sign-in/anonymous', { method: 'POST', headers })
      return { status, retryAfter: Number(given['retry-after'] ?? 0) }
    }
    expect((await come('192.0.2.1')).status).toBe(200)
    expect((await come('192.0.2.1')).status).toBe(200)
    const refused = await come('192.0.2.1')
    expect(refused.status).toBe(429)
    expect(refused.retryAfter).toBeGreaterThan(3_600)
    expect((await come('192.0.2.2')).status).toBe(200)
    expect((await come('192.0.2.3')).status).toBe(429)
  })

  test('leave room for many guests behind one address', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 100 }, () => server.send('/api/auth/sign-in/anonymous', { method: 'POST' })),
    )
    expect(statuses.every(({ status }) => status === 200)).toBe(true)
  })
})

describe('passwords', () => {
  test('of an address without an account are refused as slowly as wrong ones (attack A9)', async () => {
    const email = newEmail()
    await signUp(email)
    const measure = async (address: string) => {
      const start = performance.now()
      const { status } = await server.send('/api/auth/sign-in/email', { body: { email: address, password: 'not the password' } })
      expect(status).toBe(401)
      return performance.now() - start
    }
    const times: { known: number; unknown: number }[] = []
    for (let tries = 0; tries < 3; tries += 1) {
      times.push({ known: await measure(email), unknown: await measure(newEmail()) })
    }
    // What else runs makes single ones slower, never faster. Without a hash it would be a fiftieth.
    const least = (which: 'known' | 'unknown') => Math.min(...times.map((time) => time[which]))
    expect(least('unknown')).toBeGreaterThan(least('known') / 4)
  })

  test('were guessed without a limit per account: 30 wrong ones from 30 addresses were never refused (attack A7)', async () => {
    await using behindProxy = await createAuthServer({ pglite, trustedProxies: ['loopback'] })
    const email = newEmail()
    const signIn = (ip: string, withPassword = 'not that one', address = email) =>
      behindProxy.send('/api/auth/sign-in/email', {
        body: { email: address, password: withPassword },
        headers: { 'x-forwarded-for': ip },
      })
    const body = { name: 'Ann', email, password }
    await behindProxy.send('/api/auth/sign-up/email', { body, headers: { 'x-forwarded-for': '203.0.113.200' } })
    const statuses = []
    for (let n = 1; n <= 30; n += 1) statuses.push((await signIn(`203.0.113.${n}`)).status)
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(10)
    expect(statuses.at(-1)).toBe(429)
    const refused = await signIn('203.0.113.31', password, ` ${email.toUpperCase()} `)
    expect([refused.status, Number(refused.headers['retry-after'])]).toEqual([429, expect.any(Number)])
    expect(refused.json()['message']).toMatch(/^Too many wrong passwords for this account\. Try again in \d+ s$/u)
    // Outsiders cannot lock the owner out, nor do other accounts notice.
    expect((await signIn('203.0.113.200', password)).status).toBe(200)
    expect((await signIn('203.0.113.1', 'not that one', newEmail())).status).toBe(401)
  })

  test.each(['password', '12345678', '        ', 'aaaaaaaaaaaa', 'Qwerty123'])(
    'that everybody tries first are refused: "%s"',
    async (common) => {
      const refused = await server.send('/api/auth/sign-up/email', { body: { name: 'Ann', email: newEmail(), password: common } })
      expect([refused.status, refused.json()['code']]).toEqual([400, 'PASSWORD_TOO_COMMON'])
    },
  )

  test('spaces around an address are not part of it', async () => {
    const email = newEmail()
    const { status } = await server.send('/api/auth/sign-up/email', { body: { name: 'Ann', email: ` ${email} `, password } })
    expect(status).toBe(200)
    expect((await server.send('/api/auth/sign-in/email', { body: { email: `${email} `, password } })).status).toBe(200)
  })

  test.each(['/change-password', '/revoke-other-sessions'])('%s ends access tokens as well as sessions', async (path) => {
    const { cookie } = await signUp(newEmail())
    const user = await server.auth.verifyToken(await server.token(cookie ?? ''), 'api')
    if (user === null) throw new Error('the token should work')
    const deps = { database: { queries: server.queries } as never, clock: server.clock, config: { isForThisMachine: true } }
    const { token } = await createAccessToken(deps, user, { name: 'script', scopes: ['api'], expiresInDays: null })
    const body = path === '/change-password' ? { currentPassword: 'wrong password', newPassword: 'another horse' } : undefined
    if (body) {
      await server.send(`/api/auth${path}`, { cookie, body })
      expect((await server.send('/trpc', { token })).status).toBe(200)
      body.currentPassword = password
    }
    expect((await server.send(`/api/auth${path}`, { method: 'POST', cookie, body: body ?? {} })).status).toBe(200)
    expect((await server.send('/trpc', { token })).status).toBe(401)
  })
})

describe('better-auth without our guards in front', () => {
  test('checks the origin of a request with a cookie although this is a test (T2) (attack A11)', async () => {
    await using bare = await listenBare(server)
    const cookie = await server.guest()
    const signOut = (headers: Record<string, string>) =>
      bare.send('/api/auth/sign-out', { method: 'POST', cookie, headers: { 'content-length': '0', ...headers } })
    expect((await signOut({ origin: 'https://evil.example' })).status).toBe(403)
    expect((await signOut({})).status).toBe(403)
    expect((await signOut({ origin: 'http://127.0.0.1:3000' })).status).toBe(200)
  })

  test('counts attempts by the header that our guard sets: one address does not use up what another has (T3)', async () => {
    await using limited = await createAuthServer({ pglite, limits: { guests: 1 } })
    await using bare = await listenBare(limited)
    const statusOf = async (ip: string) => {
      const headers = { 'content-length': '0', 'x-holdfast-client-ip': ip }
      return (await bare.send('/api/auth/sign-in/anonymous', { method: 'POST', headers })).status
    }
    expect([await statusOf('203.0.113.1'), await statusOf('203.0.113.1'), await statusOf('203.0.113.2')]).toEqual([200, 429, 200])
    // One household has a whole /64 of IPv6.
    expect([await statusOf('2001:db8::1'), await statusOf('2001:db8::2'), await statusOf('2001:db8:0:1::1')]).toEqual([
      200, 429, 200,
    ])
  })
})

async function listenBare({ auth }: AuthServer) {
  const listener = createServer((request, response) => auth.handler(request, response))
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  return {
    send: (path: string, options: SendOptions) => sendTo(port, path, options),
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void listener.close(() => resolve())),
  }
}

async function countUsers(): Promise<number> {
  return server.queries.$count(schema.users)
}
