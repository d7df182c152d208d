import { schema } from '@holdfast/drizzle'
import type { ServerSettings } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  createAuthServer,
  createTestPglite,
  type Answer,
  type AuthServer,
  type AuthServerOptions,
} from '../../../test/create-auth-server.ts'
import { createDefaultSettings } from '../../settings/default-settings.ts'
import { hashSecretText } from '../secret-text.ts'
import { createResetLink } from './reset-links.ts'
import { settleFirstAdmin } from './settle-first-admin.ts'

const password = 'correct horse battery'
let count = 0
const newEmail = () => `person-${(count += 1)}@example.com`
const person = () => ({ name: 'A Person', email: newEmail(), password })
const codeOf = (answer: Answer) => [answer.status, answer.json()['code']]
const { users } = schema

/** One for all, since it takes seconds; emptied for each server. */
let pglite: Awaited<ReturnType<typeof createTestPglite>>
beforeAll(async () => {
  pglite = await createTestPglite()
})
afterAll(() => pglite.close())
async function createEmptyServer(options: AuthServerOptions = {}): Promise<AuthServer> {
  const server = await createAuthServer({ pglite, ...options })
  await server.queries.delete(users)
  await server.queries.delete(schema.serverSettings)
  return server
}

describe('a new server that others than this machine reach', () => {
  let server: AuthServer
  let token: string
  beforeAll(async () => {
    server = await createEmptyServer({
      isForThisMachine: false,
      // What an administrator may have set, or an operator by the environment: the set-up comes first.
      settings: { signUp: 'open', guests: true },
    })
    token = await newToken()
  })
  afterAll(() => server[Symbol.asyncDispose]())
  const newToken = async () => new URL((await server.auth.createSetUpLink()) ?? '').searchParams.get('token') ?? ''
  const setUp = (body: Record<string, unknown>) => server.send('/api/auth/setup', { body })
  const countUsers = async () => (await server.queries.select().from(users)).length

  test('[S10] lets nobody in before it was set up, by any way that begins a session', async () => {
    const ways: Record<string, unknown> = {
      '/api/auth/sign-in/anonymous': {},
      '/api/auth/sign-up/email': person(),
      '/api/auth/invite/accept': { token: 'x', ...person() },
      '/api/auth/guest/recover': { code: 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAA' },
    }
    for (const [path, body] of Object.entries(ways)) {
      const answer = await server.send(path, { body })
      expect([path, ...codeOf(answer)]).toEqual([path, 403, 'SET_UP_NEEDED'])
      expect(answer.cookie).toBeNull()
    }
    expect(await countUsers()).toBe(0)
    expect((await server.send('/api/auth/options')).json()).toMatchObject({ setUpNeeded: true, guests: false, signUp: 'closed' })
  })

  test('stops the guests that were there before it knew of administrators: none of them spends a key', async () => {
    const [id, session] = [uuidv7(), uuidv7()]
    const now = new Date()
    await server.queries.insert(users).values({ id, name: 'Guest', email: newEmail(), isAnonymous: true })
    const expiresAt = new Date(now.getTime() + 1_000_000)
    await server.queries.insert(schema.sessions).values({ id: session, userId: id, token: 't', expiresAt })
    const guest = { id, sessionId: session, expiresAt: null }
    expect(await server.auth.isAlive(guest)).toBe(false)
    await server.queries.update(users).set({ isAnonymous: false }).where(eq(users.id, id))
    server.bus.publish('auth:session-revoked', session)
    expect(await server.auth.isAlive(guest), 'the same session of an account').toBe(true)
    await server.queries.delete(users)
  })

  test('refuses a guessed link, and a body that is not complete, and stays as it was', async () => {
    expect(codeOf(await setUp({ token: 'A'.repeat(43), ...person() }))).toEqual([403, 'LINK_REFUSED'])
    expect((await setUp({ token, ...person(), password: 'short' })).status).toBe(400)
    expect(codeOf(await setUp({ token, ...person(), password: 'password123' }))).toEqual([400, 'PASSWORD_TOO_COMMON'])
    expect(await countUsers()).toBe(0)
  })

  test('is set up by one of its links, once, even by two at the same moment; then the settings hold', async () => {
    const other = await newToken()
    const answers = await Promise.all([setUp({ token, ...person() }), setUp({ token: other, ...person() })])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
    const admin = answers.find(({ status }) => status === 200)
    const user = await server.auth.verifyToken(await server.token(admin?.cookie ?? ''), 'api')
    expect(await server.queries.select().from(users)).toMatchObject([{ id: user?.id, role: 'admin', status: 'active' }])
    for (const used of [token, other]) expect(codeOf(await setUp({ token: used, ...person() }))).toEqual([403, 'LINK_REFUSED'])
    expect(await server.auth.createSetUpLink()).toBeNull()
    const guest = await server.auth.verifyToken(await server.token(await server.guest()), 'api')
    expect(
      await server.queries
        .select()
        .from(users)
        .where(eq(users.id, guest?.id ?? '')),
    ).toMatchObject([{ role: 'member' }])
  })
})

test('who guesses links is stopped', async () => {
  await using server = await createEmptyServer({ isForThisMachine: false, limits: { links: 3 } })
  const guess = () => server.send('/api/auth/setup', { body: { token: 'guess', ...person() } })
  for (let tries = 0; tries < 3; tries += 1) expect((await guess()).status).toBe(403)
  const stopped = await guess()
  expect(stopped.status).toBe(429)
  expect(Number(stopped.headers['retry-after'])).toBeGreaterThan(0)
})

describe('a server on this machine', () => {
  let server: AuthServer
  beforeAll(async () => {
    server = await createEmptyServer({ settings: { signUp: 'closed', guests: false } })
  })
  afterAll(() => server[Symbol.asyncDispose]())
  afterEach(() => {
    set(createDefaultSettings({ isForThisMachine: true, messagesPerMinute: 60 }))
    server.clock.offsetMs = 0
  })
  const set = (changes: Partial<ServerSettings>) => Object.assign(server.settings, changes)
  const options = async () => (await server.send('/api/auth/options')).json()
  const signUp = (body = person()) => server.send('/api/auth/sign-up/email', { body })
  const upgrade = (cookie: string, body: Record<string, unknown> = {}) =>
    server.send('/api/auth/guest/upgrade', { cookie, body: { ...person(), ...body } })
  const guestSignIn = () => server.send('/api/auth/sign-in/anonymous', { method: 'POST' })
  const rowOf = async (email: string) => (await server.queries.select().from(users).where(eq(users.email, email)))[0]
  const userOf = async (cookie: string | null) => {
    const user = await server.auth.verifyToken(await server.token(cookie ?? ''), 'api')
    if (user === null) throw new Error('the token should work')
    return user
  }
  const invite = async (row: Partial<typeof schema.invitations.$inferInsert> = {}) => {
    const token = uuidv7()
    const createdAt = server.clock.now()
    const expiresAt = new Date(createdAt.getTime() + 60_000)
    await server.queries
      .insert(schema.invitations)
      .values({ id: uuidv7(), tokenHash: hashSecretText(token), role: 'member', createdAt, expiresAt, ...row })
    return token
  }
  const accept = (token: string, body = person()) => server.send('/api/auth/invite/accept', { body: { token, ...body } })

  test('takes its first visitor whatever the settings say, and that one owns it', async () => {
    expect(await server.auth.createSetUpLink()).toBeNull()
    expect(await options()).toMatchObject({ setUpNeeded: false, guests: true, signUp: 'open' })
    const { id } = await userOf(await server.guest())
    expect(await server.queries.select().from(users)).toMatchObject([{ id, role: 'admin' }])
    expect(await options()).toMatchObject({ guests: false, signUp: 'closed' })
    expect(codeOf(await guestSignIn())).toEqual([403, 'GUESTS_OFF'])
  })

  test.each([
    ['invite', 'SIGN_UP_INVITE'],
    ['closed', 'SIGN_UP_CLOSED'],
  ] as const)(
    'sign-up %s: nobody makes an account by themselves, and the answer tells nothing of an address',
    async (mode, code) => {
      const known = person()
      expect((await signUp(known)).status).toBe(200)
      const guest = await server.guest()
      set({ signUp: mode })
      for (const body of [person(), known]) expect(codeOf(await signUp(body))).toEqual([403, code])
      expect(codeOf(await upgrade(guest))).toEqual([403, code])
      expect((await userOf(guest)).id, 'the guest is as before').toBeTruthy()
      expect((await server.send('/api/auth/sign-in/email', { body: { email: known.email, password } })).status).toBe(200)
    },
  )

  test('sign-up approval: an account waits, is told so, and gets in once it is approved', async () => {
    set({ signUp: 'approval' })
    const body = person()
    const made = await signUp(body)
    expect(codeOf(made)).toEqual([403, 'ACCOUNT_PENDING'])
    expect(made.cookie).toBeNull()
    expect(await rowOf(body.email)).toMatchObject({ status: 'pending', role: 'member' })
    const signIn = () => server.send('/api/auth/sign-in/email', { body: { email: body.email, password } })
    expect(codeOf(await signIn())).toEqual([403, 'ACCOUNT_PENDING'])
    await server.queries.update(users).set({ status: 'active' }).where(eq(users.email, body.email))
    expect((await signIn()).status).toBe(200)
  })

  test('sign-up approval: a guest who makes an account waits, too, and keeps what they have', async () => {
    set({ signUp: 'approval' })
    const guest = await server.guest()
    const { id } = await userOf(guest)
    const email = newEmail()
    const answer = await upgrade(guest, { email })
    expect(answer.json()).toEqual({ status: 'pending' })
    expect(answer.cookie).toBeNull()
    expect((await server.send('/api/auth/token', { cookie: guest })).status).toBe(401)
    expect(await rowOf(email)).toMatchObject({ id, status: 'pending', isAnonymous: false })
  })

  test('nobody makes themselves an administrator or active by what they send', async () => {
    set({ signUp: 'approval' })
    for (const more of [{ role: 'admin' }, { status: 'active' }]) {
      const body = { ...person(), ...more }
      await signUp(body)
      const row = await rowOf(body.email)
      expect(row === undefined || (row.role === 'member' && row.status === 'pending')).toBe(true)
    }
  })

  test('an invitation makes one account with its role, by invitation only, and none where nobody may make one', async () => {
    set({ signUp: 'closed' })
    expect(codeOf(await accept(await invite()))).toEqual([403, 'SIGN_UP_CLOSED'])
    expect(codeOf(await upgrade(await server.guest(), { invite: await invite() }))).toEqual([403, 'SIGN_UP_CLOSED'])
    set({ signUp: 'invite' })
    const token = await invite({ role: 'admin' })
    expect((await server.send('/api/auth/invite/look', { body: { token } })).json()).toMatchObject({ email: null })
    const [one, two] = [person(), person()]
    const answers = await Promise.all([accept(token, one), accept(token, two)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
    const won = answers[0]?.status === 200 ? one : two
    const winner = await userOf(answers.find(({ status }) => status === 200)?.cookie ?? null)
    expect(await rowOf(won.email)).toMatchObject({ id: winner.id, role: 'admin', status: 'active' })
    expect(codeOf(await server.send('/api/auth/invite/look', { body: { token } }))).toEqual([403, 'LINK_REFUSED'])
    const [row] = await server.queries
      .select()
      .from(schema.invitations)
      .where(eq(schema.invitations.tokenHash, hashSecretText(token)))
    expect(row).toMatchObject({ usedBy: winner.id, usedAt: expect.any(Date) })
  })

  test('an invitation is refused when it has expired, was revoked, or is for somebody else, and then stays unused', async () => {
    expect(codeOf(await accept(await invite({ expiresAt: server.clock.now() })))).toEqual([403, 'LINK_REFUSED'])
    expect(codeOf(await accept(await invite({ revokedAt: server.clock.now() })))).toEqual([403, 'LINK_REFUSED'])
    const forOne = await invite({ email: 'only@example.com' })
    expect(codeOf(await accept(forOne))).toEqual([400, 'OTHER_EMAIL'])
    const taken = person()
    await signUp(taken)
    const open = await invite()
    expect((await accept(open, taken)).status, 'the address is taken').toBe(422)
    expect((await accept(open)).status).toBe(200)
    expect((await accept(forOne, { ...person(), email: 'Only@Example.com' })).status).toBe(200)
  })

  test('a guest who was invited keeps their id, and a failed upgrade leaves the invitation unused', async () => {
    set({ signUp: 'invite' })
    const guest = await server.guest()
    const { id } = await userOf(guest)
    const taken = newEmail()
    await accept(await invite(), { ...person(), email: taken })
    const token = await invite()
    expect((await upgrade(guest, { invite: token, email: taken })).status).toBe(422)
    const answer = await upgrade(guest, { invite: token })
    expect(answer.status).toBe(200)
    expect((await userOf(answer.cookie)).id).toBe(id)
    expect(codeOf(await upgrade(await server.guest(), { invite: token }))).toEqual([403, 'LINK_REFUSED'])
  })

  test('a disabled person is refused everywhere at once: sign-in, session, access token', async () => {
    const body = person()
    const { cookie } = await signUp(body)
    const user = await userOf(cookie)
    const token = await server.token(cookie ?? '')
    await server.queries.update(users).set({ status: 'disabled' }).where(eq(users.id, user.id))
    expect(await server.auth.verifyToken(token, 'api')).toBeNull()
    expect(codeOf(await server.send('/api/auth/sign-in/email', { body: { email: body.email, password } }))).toEqual([
      403,
      'ACCOUNT_DISABLED',
    ])
  })

  test('a reset link sets a new password once, and ends every session', async () => {
    const body = person()
    const { cookie } = await signUp(body)
    const user = await userOf(cookie)
    const make = () =>
      server.queries.transaction((tx) =>
        createResetLink(tx, { userId: user.id, publicAddress: 'http://x.test', now: server.clock.now() }),
      )
    const tokenOf = ({ url }: { url: string }) => url.split('/').at(-1) ?? ''
    const reset = (token: string, word: string) => server.send('/api/auth/reset', { body: { token, password: word } })
    const first = tokenOf(await make())
    const token = tokenOf(await make())
    expect(codeOf(await reset(first, 'a newer password')), 'the newest link alone works').toEqual([403, 'LINK_REFUSED'])
    expect((await reset(token, 'short')).status).toBe(400)
    const revoked = vi.fn()
    const stop = server.auth.onSessionRevoked(revoked)
    expect((await reset(token, 'a newer password')).status).toBe(200)
    stop()
    expect(revoked.mock.calls).toContainEqual([user.sessionId])
    expect(codeOf(await reset(token, 'another password'))).toEqual([403, 'LINK_REFUSED'])
    expect((await server.send('/api/auth/token', { cookie })).status).toBe(401)
    const signIn = (word: string) => server.send('/api/auth/sign-in/email', { body: { email: body.email, password: word } })
    expect((await signIn(password)).status).toBe(401)
    expect((await signIn('a newer password')).status).toBe(200)
    const late = tokenOf(await make())
    server.clock.offsetMs = 25 * 60 * 60 * 1000
    expect(codeOf(await reset(late, 'too late for this'))).toEqual([403, 'LINK_REFUSED'])
  })

  test('a guest gets in elsewhere by a recovery code, which works once, however it is typed', async () => {
    const cookie = await server.guest()
    const { id } = await userOf(cookie)
    const code = (await server.send('/api/auth/guest/code', { method: 'POST', cookie })).json()['code'] as string
    expect(code).toMatch(/^([0-9A-Z]{5}-){4}[0-9A-Z]{5}$/u)
    expect(
      JSON.stringify(await rowOf((await server.queries.select().from(users).where(eq(users.id, id)))[0]?.email ?? '')),
    ).not.toContain(code)
    const recover = (text: string) => server.send('/api/auth/guest/recover', { body: { code: text } })
    const answer = await recover(` ${code.toLowerCase().replaceAll('-', ' ')}`)
    expect((await userOf(answer.cookie)).id).toBe(id)
    expect(codeOf(await recover(code)), 'a second time').toEqual([403, 'CODE_REFUSED'])
    const next = answer.json()['code'] as string
    expect((await recover(next)).status).toBe(200)
    const account = await signUp()
    expect((await server.send('/api/auth/guest/code', { method: 'POST', cookie: account.cookie })).status).toBe(403)
  })
})

describe('a server that had people before there were administrators', () => {
  let server: AuthServer
  beforeAll(async () => {
    server = await createEmptyServer()
  })
  afterAll(() => server[Symbol.asyncDispose]())
  const settle = async (people: readonly { isAnonymous: boolean; role?: 'admin' }[], isForThisMachine: boolean) => {
    await server.queries.delete(users)
    const ids = people.map(() => uuidv7())
    for (const [index, one] of people.entries()) {
      await server.queries.insert(users).values({ id: ids[index] ?? '', name: 'n', email: newEmail(), ...one })
    }
    await settleFirstAdmin({ queries: server.queries, logger: server.logger, isForThisMachine })
    const admins = await server.queries.select({ id: users.id }).from(users).where(eq(users.role, 'admin'))
    return admins.map(({ id }) => ids.indexOf(id))
  }
  const [guest, account] = [{ isAnonymous: true }, { isAnonymous: false }]

  test.each([
    ['the earliest account', [guest, account, account], true, [1]],
    ['the earliest account, wherever it listens', [guest, account, account], false, [1]],
    ['the earliest guest where there is no account', [guest, guest], true, [0]],
    ['nobody where any guest may be a stranger', [guest, guest], false, []],
    ['nobody else where there is one', [account, { ...account, role: 'admin' as const }], true, [1]],
    ['nobody where nobody is', [], true, []],
  ])('is given to %s', async (_who, people, isForThisMachine, admins) => {
    expect(await settle(people, isForThisMachine)).toEqual(admins)
  })
})
