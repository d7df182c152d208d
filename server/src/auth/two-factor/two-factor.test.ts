import { createHmac } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import { tokensCreateInput } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAuthServer, createTestPglite, type Answer, type AuthServer } from '../../../test/create-auth-server.ts'
import { createAccessToken } from '../create-access-token.ts'
import { createResetLink } from '../entry/reset-links.ts'

const { auditRecords, twoFactors, users } = schema
const password = 'correct horse battery'
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** What an authenticator app shows (RFC 6238), `steps` of 30 s from now. */
function appCode(totpUri: string, steps = 0): string {
  const secret = new URL(totpUri).searchParams.get('secret') ?? ''
  const bits = [...secret].map((letter) => base32.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/gu) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps))
  const hash = createHmac('sha1', key).update(counter).digest()
  const offset = (hash.at(-1) ?? 0) & 15
  return String((hash.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0')
}
const wrongCode = (uri: string) => String((Number(appCode(uri)) + 500_000) % 1_000_000).padStart(6, '0')

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

let count = 0
async function newAccount() {
  const email = `person-${(count += 1)}@example.com`
  const answer = await server.send('/api/auth/sign-up/email', { body: { name: 'A Person', email, password } })
  const user = await server.auth.verifyToken(await server.token(answer.cookie ?? ''), 'api')
  if (!user) throw new Error('the account should get in')
  return { email, cookie: answer.cookie ?? '', user }
}
const post = (path: string, cookie: string | null, body: Record<string, unknown>) =>
  server.send(`/api/auth/two-factor/${path}`, { cookie, body })
const signIn = (email: string) => server.send('/api/auth/sign-in/email', { body: { email, password } })
const codeOf = (answer: Answer) => [answer.status, answer.json()['code']]
/** The cookie that stands for the first step. */
const stepOf = (answer: Answer) =>
  (answer.headers['set-cookie'] ?? [])
    .map((line) => line.split(';', 1)[0] ?? '')
    .find((cookie) => cookie.includes('two_factor=')) ?? ''

/** An account whose two-step sign-in is on. */
async function newProtected() {
  const account = await newAccount()
  const { totpURI, backupCodes } = (await post('enable', account.cookie, { password })).json() as {
    totpURI: string
    backupCodes: string[]
  }
  const on = await post('verify-totp', account.cookie, { code: appCode(totpURI) })
  expect(on.status).toBe(200)
  return { ...account, cookie: on.cookie ?? '', totpURI, backupCodes }
}
const actionsOf = async (userId: string) =>
  (await server.queries.select({ action: auditRecords.action }).from(auditRecords).where(eq(auditRecords.actorId, userId))).map(
    ({ action }) => action,
  )

describe('two-step sign-in', () => {
  test('is turned on by the password and a code, which ends every other session and all access tokens', async () => {
    const { email, cookie, user } = await newAccount()
    const other = await signIn(email)
    const otherUser = await server.auth.verifyToken(await server.token(other.cookie ?? ''), 'api')
    const access = await createAccessToken(
      { database: { queries: server.queries } as never, clock: server.clock, config: { isForThisMachine: true } },
      user,
      tokensCreateInput.parse({ name: 'My script' }),
    )
    expect(codeOf(await post('enable', cookie, { password: 'wrong' }))).toEqual([400, 'INVALID_PASSWORD'])
    expect(codeOf(await post('enable', null, { password }))[0]).toBe(401)
    const begun = await post('enable', cookie, { password })
    const { totpURI, backupCodes } = begun.json() as { totpURI: string; backupCodes: string[] }
    expect(totpURI).toMatch(/^otpauth:\/\/totp\/Holdfast:/u)
    expect(backupCodes).toHaveLength(10)
    // Nothing is on before a code was right.
    expect((await signIn(email)).cookie).not.toBeNull()
    expect(codeOf(await post('verify-totp', cookie, { code: wrongCode(totpURI) }))).toEqual([401, 'INVALID_CODE'])

    const on = await post('verify-totp', cookie, { code: appCode(totpURI) })
    expect([on.status, on.json()['token']]).toEqual([200, undefined])
    expect(await server.auth.verifyToken(await server.token(on.cookie ?? ''), 'api')).toMatchObject({ id: user.id })
    for (const ended of [cookie, other.cookie]) {
      expect((await server.send('/api/auth/token?audience=api', { cookie: ended })).status).toBe(401)
    }
    expect(otherUser && (await server.auth.isAlive(otherUser))).toBe(false)
    expect(await server.auth.verifyToken(access.token, 'api')).toBeNull()
    expect(await actionsOf(user.id)).toContain('two-factor.changed')
    const [row] = await server.queries.select().from(twoFactors).where(eq(twoFactors.userId, user.id))
    expect(row?.backupCodes).not.toContain(backupCodes[0])
    expect(codeOf(await post('enable', on.cookie, { password }))).toEqual([400, 'TOTP_ALREADY_ENABLED'])
  })

  test('asks for a code after the password: until then there is no session, and none is recorded', async () => {
    const { email, user, totpURI } = await newProtected()
    const before = (await actionsOf(user.id)).filter((action) => action === 'session.started').length
    const first = await signIn(email)
    expect([first.status, first.json()]).toEqual([200, { twoFactorRedirect: true, twoFactorMethods: ['totp'] }])
    expect(first.cookie).toBeNull()
    expect((await server.send('/api/auth/token?audience=api', { cookie: stepOf(first) })).status).toBe(401)
    expect((await actionsOf(user.id)).filter((action) => action === 'session.started')).toHaveLength(before)
    expect(codeOf(await post('verify-totp', null, { code: appCode(totpURI) }))).toEqual([401, 'INVALID_TWO_FACTOR_COOKIE'])
    expect(codeOf(await post('verify-totp', stepOf(first), { code: wrongCode(totpURI) }))).toEqual([401, 'INVALID_CODE'])
    const second = await post('verify-totp', stepOf(first), { code: appCode(totpURI) })
    expect(await server.auth.verifyToken(await server.token(second.cookie ?? ''), 'api')).toMatchObject({ id: user.id })
    expect((await actionsOf(user.id)).filter((action) => action === 'session.started')).toHaveLength(before + 1)
    // The step is used up.
    expect(codeOf(await post('verify-totp', stepOf(first), { code: appCode(totpURI) }))).toEqual([
      401,
      'INVALID_TWO_FACTOR_COOKIE',
    ])
  })

  test('leaves the guest a guest who begins it, until the code was right', async () => {
    const { email, user, totpURI } = await newProtected()
    const cookie = await server.guest()
    const first = await server.send('/api/auth/sign-in/email', { body: { email, password }, cookie })
    expect(first.json()).toMatchObject({ twoFactorRedirect: true })
    const changed = (first.headers['set-cookie'] ?? []).filter((line) => line.includes('session_token='))
    expect(changed).toEqual([])
    expect((await server.auth.verifyToken(await server.token(cookie), 'api'))?.id).not.toBe(user.id)
    const second = await post('verify-totp', `${cookie}; ${stepOf(first)}`, { code: appCode(totpURI) })
    expect(await server.auth.verifyToken(await server.token(second.cookie ?? ''), 'api')).toMatchObject({ id: user.id })
  })

  test('works for a page that became a guest between the two steps', async () => {
    const { email, user, totpURI } = await newProtected()
    const first = await signIn(email)
    const second = await post('verify-totp', `${await server.guest()}; ${stepOf(first)}`, { code: appCode(totpURI) })
    expect(await server.auth.verifyToken(await server.token(second.cookie ?? ''), 'api')).toMatchObject({ id: user.id })
  })

  test('takes each recovery code once, and new ones replace the old', async () => {
    const { email, user, cookie, backupCodes } = await newProtected()
    const recover = async (code: string | undefined) =>
      post('verify-backup-code', stepOf(await signIn(email)), { code: code ?? '' })
    expect((await recover(backupCodes[0])).cookie).not.toBeNull()
    expect(codeOf(await recover(backupCodes[0]))).toEqual([401, 'INVALID_BACKUP_CODE'])
    expect(codeOf(await post('generate-backup-codes', cookie, { password: 'wrong' }))).toEqual([400, 'INVALID_PASSWORD'])
    const fresh = (await post('generate-backup-codes', cookie, { password })).json() as { backupCodes: string[] }
    expect(codeOf(await recover(backupCodes[1]))).toEqual([401, 'INVALID_BACKUP_CODE'])
    const answer = await recover(fresh.backupCodes[0])
    expect(await server.auth.verifyToken(await server.token(answer.cookie ?? ''), 'api')).toMatchObject({ id: user.id })
  })

  test('ends a sign-in after five wrong codes, and locks the second step after ten', async () => {
    const { email, totpURI, user } = await newProtected()
    const wrong = wrongCode(totpURI)
    const guess = async (step: string, times: number) => {
      for (let tries = 0; tries < times; tries += 1) {
        expect(codeOf(await post('verify-totp', step, { code: wrong }))).toEqual([401, 'INVALID_CODE'])
      }
    }
    const step = stepOf(await signIn(email))
    await guess(step, 5)
    expect(codeOf(await post('verify-totp', step, { code: appCode(totpURI) }))).toEqual([
      400,
      'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE',
    ])
    await guess(stepOf(await signIn(email)), 5)
    const locked = stepOf(await signIn(email))
    expect(codeOf(await post('verify-totp', locked, { code: appCode(totpURI) }))).toEqual([429, 'ACCOUNT_TEMPORARILY_LOCKED'])
    await server.queries
      .update(twoFactors)
      .set({ lockedUntil: new Date(Date.now() - 1000) })
      .where(eq(twoFactors.userId, user.id))
    expect((await post('verify-totp', locked, { code: appCode(totpURI) })).cookie).not.toBeNull()
    const refused = await server.queries.select().from(auditRecords).where(eq(auditRecords.action, 'session.refused'))
    expect(refused.length).toBeGreaterThanOrEqual(10)
  })

  test('is turned off by the password', async () => {
    const { email, cookie, user } = await newProtected()
    expect(codeOf(await post('disable', cookie, { password: 'wrong' }))).toEqual([400, 'INVALID_PASSWORD'])
    expect((await post('disable', cookie, { password })).status).toBe(200)
    expect((await signIn(email)).cookie).not.toBeNull()
    expect((await actionsOf(user.id)).filter((action) => action === 'two-factor.changed')).toHaveLength(2)
  })

  test('is turned off by a reset link of an administrator, but not by one that was mailed', async () => {
    const { email, user } = await newProtected()
    const reset = async (by: 'admin' | 'mail') => {
      const now = server.clock.now()
      const { url } = await server.queries.transaction((tx) =>
        createResetLink(tx, { userId: user.id, publicAddress: 'http://127.0.0.1:3000', now, by }),
      )
      const token = url.split('/').at(-1)
      expect((await server.send('/api/auth/reset', { body: { token, password } })).status).toBe(200)
    }
    await reset('mail')
    expect((await signIn(email)).json()).toMatchObject({ twoFactorRedirect: true })
    await reset('admin')
    expect((await signIn(email)).cookie).not.toBeNull()
    expect((await server.queries.select().from(users).where(eq(users.id, user.id)))[0]).toMatchObject({ twoFactorEnabled: false })
  })

  test('has no members but its own: no trusted devices, no recovery without a session', async () => {
    const { email, totpURI, backupCodes } = await newProtected()
    const step = stepOf(await signIn(email))
    expect((await post('verify-totp', step, { code: appCode(totpURI), trustDevice: true })).status).toBe(400)
    expect((await post('verify-backup-code', step, { code: backupCodes[0], disableSession: true })).status).toBe(400)
    const { cookie } = await newAccount()
    expect((await post('enable', cookie, { password, method: 'otp' })).status).toBe(400)
    expect((await post('enable', await server.guest(), { password })).status).toBe(400)
  })
})

test('who guesses codes from one address is stopped', async () => {
  await using limited = await createAuthServer({ pglite, limits: { links: 3 } })
  const guess = () => limited.send('/api/auth/two-factor/verify-totp', { body: { code: '000000' } })
  for (let tries = 0; tries < 3; tries += 1) expect((await guess()).status).toBe(401)
  expect((await guess()).status).toBe(429)
})
