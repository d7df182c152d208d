import { schema } from '@holdfast/drizzle'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createAuthServer, type AuthServer } from '../../test/create-auth-server.ts'
import { createAccessToken } from './create-access-token.ts'

let server: AuthServer
beforeAll(async () => {
  server = await createAuthServer({ corsOrigins: [] })
})
afterAll(() => server[Symbol.asyncDispose]())

let emails = 0
const newEmail = () => `guest-${(emails += 1)}@example.com`
const password = 'correct horse battery'
const upgrade = (cookie: string | null, body: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  server.send('/api/auth/guest/upgrade', {
    cookie,
    headers,
    body: { name: 'Once A Guest', email: newEmail(), password, ...body },
  })
const userOf = async (cookie: string) => {
  const user = await server.auth.verifyToken(await server.token(cookie), 'api')
  if (user === null) throw new Error('The token should work')
  return user
}
const readUser = async (id: string) => (await server.queries.select().from(schema.users).where(eq(schema.users.id, id)))[0]

test('a guest becomes an account with the same id, and can sign in with the password', async () => {
  const cookie = await server.guest()
  const { id } = await userOf(cookie)
  const email = newEmail()
  const answer = await upgrade(cookie, { email: email.toUpperCase() })
  expect(answer.status).toBe(200)
  expect(answer.json()).toEqual({ user: { id, name: 'Once A Guest', email, isAnonymous: false } })
  expect((await userOf(answer.cookie ?? '')).id).toBe(id)
  expect(await readUser(id)).toMatchObject({ email, isAnonymous: false, emailVerified: false })
  const back = await server.send('/api/auth/sign-in/email', { body: { email, password } })
  expect((await userOf(back.cookie ?? '')).id).toBe(id)
})

test('the old cookie and its token stop working, so a cookie that an attacker planted is useless (attack B1)', async () => {
  const cookie = await server.guest()
  const token = await server.token(cookie)
  const { sessionId } = await userOf(cookie)
  const revoked = vi.fn()
  const stop = server.auth.onSessionRevoked(revoked)
  const answer = await upgrade(cookie)
  stop()
  expect(answer.cookie).not.toBe(cookie)
  expect((await server.send('/api/auth/token', { cookie })).status).toBe(401)
  expect((await server.send('/trpc', { token })).status).toBe(401)
  expect(revoked.mock.calls).toEqual([[sessionId]])
})

test('an attacker who planted a guest cookie kept the account by an access token: the upgrade ends those, too (attack B1)', async () => {
  const cookie = await server.guest()
  const user = await server.auth.verifyToken(await server.token(cookie), 'api')
  if (user === null) throw new Error('the token should work')
  const deps = { database: { queries: server.queries } as never, clock: server.clock, config: { isForThisMachine: true } }
  const { id, token } = await createAccessToken(deps, user, { name: 'planted', scopes: ['api'], expiresInDays: null })
  const revoked = vi.fn()
  const stop = server.auth.onSessionRevoked(revoked)
  expect((await server.send('/trpc', { token })).status).toBe(200)
  expect((await upgrade(cookie)).status).toBe(200)
  stop()
  expect((await server.send('/trpc', { token })).status).toBe(401)
  expect(revoked.mock.calls).toContainEqual([id])
})

test('the new account and its session are dated by the injected clock', async () => {
  const cookie = await server.guest()
  const { id } = await userOf(cookie)
  const dayMs = 24 * 60 * 60 * 1000
  server.clock.offsetMs = dayMs
  const before = server.clock.now()
  const answer = await upgrade(cookie)
  server.clock.offsetMs = 0
  expect(answer.status).toBe(200)
  const user = await readUser(id)
  expect(user?.updatedAt.getTime()).toBeGreaterThanOrEqual(before.getTime())
  const [session] = await server.queries.select().from(schema.sessions).where(eq(schema.sessions.userId, id))
  expect(session?.createdAt).toEqual(user?.updatedAt)
  expect(session?.expiresAt.getTime()).toBeGreaterThanOrEqual(before.getTime() + 30 * dayMs)
})

test('works for a script, which sends no origin, and for our page; a foreign page is refused', async () => {
  const cookie = await server.guest()
  expect((await upgrade(cookie, {}, { origin: 'https://evil.example' })).status).toBe(403)
  expect((await upgrade(cookie, {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await upgrade(cookie, {}, { origin: `http://127.0.0.1:${server.port}` })).status).toBe(200)
  expect((await upgrade(await server.guest())).status).toBe(200)
})

test('needs a session, and a guest: a second upgrade is refused', async () => {
  expect((await upgrade(null)).status).toBe(401)
  const { cookie } = await upgrade(await server.guest())
  expect((await upgrade(cookie)).status).toBe(403)
  const account = await server.send('/api/auth/sign-up/email', {
    body: { name: 'A Person', email: newEmail(), password },
  })
  expect((await upgrade(account.cookie)).status).toBe(403)
})

test.each([
  ['a field that the server decides', { isAnonymous: false }],
  ['an id', { id: '00000000-0000-7000-8000-000000000001' }],
  ['a short password', { password: 'short' }],
  ['a very long password', { password: 'p'.repeat(129) }],
  ['no address', { email: 'nobody' }],
  ['a name of nothing visible', { name: '\u200b' }],
  ['a name that is too long', { name: 'n'.repeat(101) }],
])('a body with %s is refused and nothing changes', async (_what, extra) => {
  const cookie = await server.guest()
  const { id } = await userOf(cookie)
  expect((await upgrade(cookie, extra)).status).toBe(400)
  expect(await readUser(id)).toMatchObject({ isAnonymous: true, name: 'Guest' })
})

test('a taken address, in whatever case, gives one generic answer and leaves the guest as it was (attacks B2, A9)', async () => {
  const email = newEmail()
  await upgrade(await server.guest(), { email })
  const cookie = await server.guest()
  const { id } = await userOf(cookie)
  const answer = await upgrade(cookie, { email: email.toUpperCase() })
  expect(answer.status).toBe(422)
  expect(answer.text).not.toContain(email)
  expect(answer.json()).toEqual({ code: 'UPGRADE_REFUSED', message: 'This account could not be created' })
  expect((await userOf(cookie)).id).toBe(id)
  expect(await readUser(id)).toMatchObject({ isAnonymous: true })
})

test('of two guests who want one address, one gets it and the other stays whole (attack B2)', async () => {
  const email = newEmail()
  const cookies = [await server.guest(), await server.guest()]
  const answers = await Promise.all(cookies.map((cookie) => upgrade(cookie, { email })))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422])
  expect(await server.queries.select().from(schema.users).where(eq(schema.users.email, email))).toHaveLength(1)
  const loser = answers.findIndex(({ status }) => status === 422)
  const { id } = await userOf(cookies[loser] ?? '')
  expect(await server.queries.select().from(schema.accounts).where(eq(schema.accounts.userId, id))).toEqual([])
})

test('of two upgrades of one guest, one counts', async () => {
  const cookie = await server.guest()
  const { id } = await userOf(cookie)
  const answers = await Promise.all([upgrade(cookie), upgrade(cookie)])
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  expect([401, 403, 422]).toContain(statuses.find((status) => status !== 200))
  const credentials = and(eq(schema.accounts.userId, id), eq(schema.accounts.providerId, 'credential'))
  expect(await server.queries.select().from(schema.accounts).where(credentials)).toHaveLength(1)
})

test('an upgrade that fails half-way leaves a guest without name and address', async () => {
  const cookie = await server.guest()
  const { id } = await userOf(cookie)
  // The password's row cannot be written: its place is taken.
  await server.queries.insert(schema.accounts).values({
    id: '00000000-0000-7000-8000-00000000000a',
    userId: id,
    accountId: id,
    providerId: 'credential',
  })
  expect((await upgrade(cookie)).status).toBe(422)
  expect(await readUser(id)).toMatchObject({ isAnonymous: true, name: 'Guest' })
  expect((await userOf(cookie)).id).toBe(id)
})
