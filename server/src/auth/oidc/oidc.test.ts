import { schema } from '@holdfast/drizzle'
import type { ServerSettings } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { Events, OAuth2Server, type MutableRedirectUri, type MutableResponse, type MutableToken } from 'oauth2-mock-server'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAuthServer, createTestPglite, type Answer, type AuthServer } from '../../../test/create-auth-server.ts'
import { createDefaultSettings } from '../../settings/default-settings.ts'

const { accounts, auditRecords, users } = schema
const clientId = 'holdfast-client'
const adminGroup = 'chat-admins'
const password = 'correct horse battery'

let count = 0
const newPerson = (more: Record<string, unknown> = {}) => {
  count += 1
  return { sub: `subject-${count}`, email: `person-${count}@example.com`, email_verified: true, name: 'Ada Provided', ...more }
}

/** A real provider on a port of its own: `claims` are those of whoever signs in next. */
let provider: OAuth2Server
let claims: Record<string, unknown> = {}
let server: AuthServer
let pglite: Awaited<ReturnType<typeof createTestPglite>>
beforeAll(async () => {
  provider = new OAuth2Server()
  await provider.issuer.keys.generate('RS256')
  await provider.start(0, '127.0.0.1')
  pglite = await createTestPglite()
  const issuer = provider.issuer.url ?? ''
  const base = { clientId, clientSecret: 'the secret of the client', adminGroup: null }
  server = await createAuthServer({
    pglite,
    oidcProviders: [
      { ...base, id: 'corp', name: 'Corp', issuer, adminGroup },
      { ...base, id: 'gone', name: 'Gone', issuer: 'http://127.0.0.1:1' },
      { ...base, id: 'other', name: 'Other', issuer: `${issuer}/other` },
    ],
  })
  provider.service.addRoute('GET', '/other/.well-known/openid-configuration', (_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks`, token_endpoint: `${issuer}/token` }))
  })
  // The first visitor of a server for this machine owns it.
  await server.guest()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await provider.stop()
  await pglite.close()
})
beforeEach(() => {
  claims = newPerson()
  provider.service.on(Events.BeforeTokenSigning, (token: MutableToken) => {
    Object.assign(token.payload, claims)
  })
})
afterEach(() => {
  for (const event of Object.values(Events)) provider.service.removeAllListeners(event)
  Object.assign(server.settings, createDefaultSettings({ isForThisMachine: true, messagesPerMinute: 60 }))
})

const set = (changes: Partial<ServerSettings>) => Object.assign(server.settings, changes)
const pages = { callbackURL: '/sign-in?done', errorCallbackURL: '/sign-in' }
const begin = (body: Record<string, unknown> = {}, path = 'sign-in/social', cookie: string | null = null) =>
  server.send(`/api/auth/${path}`, { body: { provider: 'corp', ...pages, ...body }, cookie })
const cookiesOf = (answer: Answer) => (answer.headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0]).join('; ')
const locationOf = (answer: Answer) => new URL(answer.headers.location ?? '', 'http://127.0.0.1:3000')
const errorOf = (answer: Answer) => [answer.status, locationOf(answer).pathname, locationOf(answer).searchParams.get('error')]

interface Step {
  /** The address at which the provider sends the browser back, as a path of ours. */
  readonly back: string
  readonly cookie: string
}
/** As far as the provider's answer. */
async function askProvider(started?: Answer): Promise<Step> {
  const answer = started ?? (await begin())
  expect(answer.status).toBe(200)
  const { url } = answer.json() as { url: string }
  const redirect = await fetch(url, { redirect: 'manual' })
  const back = new URL(redirect.headers.get('location') ?? '')
  expect(back.origin + back.pathname).toBe('http://127.0.0.1:3000/api/auth/callback/corp')
  return { back: back.pathname + back.search, cookie: cookiesOf(answer) }
}
const finish = ({ back, cookie }: Step) => server.send(back, { cookie })
const signIn = async () => finish(await askProvider())
const rowOf = async (email: unknown) =>
  (
    await server.queries
      .select()
      .from(users)
      .where(eq(users.email, String(email)))
  )[0]

test.each(['passed on', 'taken off'])(
  'the provider sends people back below the path of PUBLIC_URL, also where it is %s',
  async (kind) => {
    const issuer = provider.issuer.url ?? ''
    await using chat = await createAuthServer({
      pglite,
      publicUrl: 'http://127.0.0.1:3000/chat',
      oidcProviders: [{ id: 'corp', name: 'Corp', issuer, clientId, clientSecret: 'the secret of the client', adminGroup: null }],
    })
    const send: AuthServer['send'] = (path, options) =>
      chat.send(kind === 'passed on' ? path : path.replace('/chat', ''), options)
    const started = await send('/chat/api/auth/sign-in/social', {
      body: { provider: 'corp', callbackURL: '/chat/sign-in?done', errorCallbackURL: '/chat/sign-in' },
    })
    const { url } = started.json() as { url: string }
    const redirect = await fetch(url, { redirect: 'manual' })
    const back = new URL(redirect.headers.get('location') ?? '')
    expect(back.origin + back.pathname).toBe('http://127.0.0.1:3000/chat/api/auth/callback/corp')
    const answer = await send(back.pathname + back.search, { cookie: cookiesOf(started) })
    expect([answer.status, answer.headers.location]).toEqual([302, '/chat/sign-in?done'])
    expect(answer.cookie).toMatch(/^holdfast\.chat\.session_token=/u)
    const lost = await send('/chat/api/auth/callback/corp?state=unknown')
    expect(lost.headers.location).toMatch(/^http:\/\/127\.0\.0\.1:3000\/chat\/sign-in\?/u)
  },
)

describe('a person whom the provider knows', () => {
  test('gets in as a member, is the same person next time, and nothing of the provider is kept', async () => {
    expect((await server.send('/api/auth/options')).json()).toMatchObject({ oidc: [{ id: 'corp', name: 'Corp' }, {}, {}] })
    const answer = await signIn()
    expect([answer.status, answer.headers.location]).toEqual([302, '/sign-in?done'])
    const first = await server.auth.verifyToken(await server.token(answer.cookie ?? ''), 'api')
    expect(await rowOf(claims['email'])).toMatchObject({ id: first?.id, name: 'Ada Provided', role: 'member', status: 'active' })
    const kept = await server.queries
      .select()
      .from(accounts)
      .where(eq(accounts.userId, first?.id ?? ''))
    expect(kept).toMatchObject([{ providerId: 'corp', accountId: claims['sub'] }])
    expect(kept[0]).toMatchObject({ accessToken: null, refreshToken: null, idToken: null })

    claims = { ...claims, email: 'moved@example.com' }
    const again = await signIn()
    const second = await server.auth.verifyToken(await server.token(again.cookie ?? ''), 'api')
    expect(second?.id).toBe(first?.id)
    expect(
      (
        await server.queries
          .select()
          .from(accounts)
          .where(eq(accounts.userId, first?.id ?? ''))
      )[0],
    ).toMatchObject({
      accessToken: null,
      idToken: null,
    })
    const records = await server.queries
      .select({ action: auditRecords.action, details: auditRecords.details })
      .from(auditRecords)
      .where(eq(auditRecords.actorId, first?.id ?? ''))
    expect(records).toContainEqual({ action: 'session.started', details: { by: '/callback/:id' } })
    expect(records.filter(({ action }) => action === 'account.created')).toHaveLength(1)
    expect(records).toContainEqual({ action: 'account.updated', details: { connected: 'corp' } })
    expect(server.log.join('\n')).not.toContain('the secret of the client')
  })

  test('is asked of the userinfo endpoint where the ID token says less', async () => {
    const { sub, ...rest } = claims
    claims = { sub }
    provider.service.on(Events.BeforeUserinfo, (response: MutableResponse) => {
      response.body = { sub, ...rest, name: 'From Userinfo' }
    })
    expect((await signIn()).cookie).not.toBeNull()
    expect(await rowOf(rest['email'])).toMatchObject({ name: 'From Userinfo' })
    claims = newPerson()
    const other = claims['email']
    delete claims['email']
    provider.service.removeAllListeners(Events.BeforeUserinfo)
    provider.service.on(Events.BeforeUserinfo, (response: MutableResponse) => {
      response.body = { sub: 'somebody else', email: other }
    })
    expect(errorOf(await signIn())).toEqual([302, '/sign-in', 'email_not_found'])
  })

  test('is an administrator as long as they are in the group, looked at in each sign-in', async () => {
    const { email } = claims
    const roleAfter = async (groups: unknown) => {
      claims = { ...claims, groups }
      expect((await signIn()).cookie).not.toBeNull()
      return (await rowOf(email))?.role
    }
    expect(await roleAfter(['users'])).toBe('member')
    expect(await roleAfter(['users', adminGroup])).toBe('admin')
    const { id = '' } = (await rowOf(email)) ?? {}
    expect(
      await server.queries
        .select({ details: auditRecords.details })
        .from(auditRecords)
        .where(and(eq(auditRecords.actorId, id), eq(auditRecords.action, 'user.updated'))),
    ).toEqual([{ details: { role: 'admin', by: 'corp' } }])
    expect(await roleAfter(undefined)).toBe('member')
    expect(await roleAfter(adminGroup)).toBe('admin')
    // Without the owner of the server this is the only administrator.
    await server.queries.update(users).set({ role: 'member' }).where(eq(users.isAnonymous, true))
    expect(await roleAfter([])).toBe('admin')
    await server.queries.update(users).set({ role: 'admin' }).where(eq(users.isAnonymous, true))
    expect(await roleAfter([])).toBe('member')
  })

  test('waits or is refused as the sign-up of the server says, and an invitation is not asked for', async () => {
    set({ signUp: 'closed' })
    expect(errorOf(await signIn())).toEqual([302, '/sign-in', 'SIGN_UP_CLOSED'])
    expect(await rowOf(claims['email'])).toBeUndefined()
    set({ signUp: 'approval' })
    claims = { ...claims, groups: [adminGroup] }
    const waits = await signIn()
    expect(errorOf(waits)).toEqual([302, '/sign-in', 'ACCOUNT_PENDING'])
    expect(waits.cookie).toBeNull()
    expect(await rowOf(claims['email'])).toMatchObject({ status: 'pending', role: 'member' })
    set({ signUp: 'invite' })
    claims = newPerson()
    expect((await signIn()).cookie).not.toBeNull()
  })

  test('who was disabled stays out', async () => {
    expect((await signIn()).cookie).not.toBeNull()
    await server.queries
      .update(users)
      .set({ status: 'disabled' })
      .where(eq(users.email, String(claims['email'])))
    const answer = await signIn()
    expect(errorOf(answer)).toEqual([302, '/sign-in', 'ACCOUNT_DISABLED'])
    expect(answer.cookie).toBeNull()
  })
})

describe('an account that is here already', () => {
  const signUp = async () => {
    const email = String(claims['email'])
    const { cookie, status } = await server.send('/api/auth/sign-up/email', { body: { name: 'Grace', email, password } })
    expect(status).toBe(200)
    return { email, cookie: cookie ?? '' }
  }

  test('is not opened by a provider that claims its address', async () => {
    const { email } = await signUp()
    const answer = await signIn()
    expect(errorOf(answer)).toEqual([302, '/sign-in', 'account_not_linked'])
    expect(answer.cookie).toBeNull()
    const { id = '' } = (await rowOf(email)) ?? {}
    expect(await server.queries.select().from(accounts).where(eq(accounts.userId, id))).toHaveLength(1)
  })

  test('is connected by its owner, opened by the provider then, and disconnected', async () => {
    const { email, cookie } = await signUp()
    const { id = '' } = (await rowOf(email)) ?? {}
    claims = newPerson()
    const started = await begin({}, 'link-social', cookie)
    const step = await askProvider(started)
    const linked = await finish({ ...step, cookie: `${cookie}; ${step.cookie}` })
    expect([linked.status, linked.headers.location]).toEqual([302, '/sign-in?done'])
    const user = await server.auth.verifyToken(await server.token((await signIn()).cookie ?? ''), 'api')
    expect(user?.id).toBe(id)
    const list = JSON.parse((await server.send('/api/auth/list-accounts', { cookie })).text) as {
      id: string
      providerId: string
    }[]
    expect(list.map(({ providerId }) => providerId).sort()).toEqual(['corp', 'credential'])
    const accountId = list.find(({ providerId }) => providerId === 'corp')?.id
    expect((await server.send('/api/auth/unlink-account', { cookie, body: { accountId } })).status).toBe(200)
    const other = await server.auth.verifyToken(await server.token((await signIn()).cookie ?? ''), 'api')
    expect(other?.id).not.toBe(id)
  })

  test('cannot be connected without a session, by a guest, or a day after the sign-in', async () => {
    expect((await begin({}, 'link-social')).status).toBe(401)
    const guest = await begin({}, 'link-social', await server.guest())
    expect([guest.status, guest.json()['code']]).toEqual([403, 'GUEST_REFUSED'])
    const { cookie } = await signUp()
    server.clock.offsetMs = 25 * 60 * 60 * 1000
    const late = await begin({}, 'link-social', cookie)
    server.clock.offsetMs = 0
    expect([late.status, late.json()['code']]).toEqual([403, 'SESSION_NOT_FRESH'])
  })
})

describe('an answer that is not the one that was asked for is refused', () => {
  const expectRefused = async (answer: Answer, error: string) => {
    expect(errorOf(answer)).toEqual([302, '/sign-in', error])
    expect(answer.cookie).toBeNull()
    expect(await rowOf(claims['email'])).toBeUndefined()
  }

  test('forged state', async () => {
    const step = await askProvider()
    const back = step.back.replace(/state=[^&]+/u, 'state=forged')
    await expectRefused(await finish({ ...step, back }), 'state_mismatch')
  })

  test('the state of another browser', async () => {
    const [step, other] = [await askProvider(), await askProvider()]
    await expectRefused(await finish({ ...step, cookie: other.cookie }), 'state_mismatch')
    await expectRefused(await finish({ ...step, cookie: '' }), 'state_mismatch')
  })

  test('no state at all', async () => {
    const step = await askProvider()
    await expectRefused(await finish({ ...step, back: step.back.replace(/[?&]state=[^&]+/u, '') }), 'state_not_found')
  })

  test.each([
    ['issuer', { iss: 'https://evil.example' }],
    ['audience', { aud: 'another client' }],
    ['nonce', { nonce: 'of another sign-in' }],
    ['authorised party', { azp: 'another client' }],
    ['lifetime', { exp: 1 }],
    ['subject', { sub: '' }],
  ])('an ID token with another %s', async (_what, wrong) => {
    claims = { ...claims, ...wrong }
    await expectRefused(await signIn(), 'unable_to_get_user_info')
  })

  test('an ID token that another key has signed, or none', async () => {
    for (const forge of [
      (token: string) => `${token.slice(0, -8)}AAAAAAAA`,
      (token: string) => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.`,
      () => undefined,
    ]) {
      provider.service.removeAllListeners(Events.BeforeResponse)
      provider.service.on(Events.BeforeResponse, (response: MutableResponse) => {
        const body = response.body as { id_token: string }
        response.body = { ...body, id_token: forge(body.id_token) }
      })
      await expectRefused(await signIn(), 'unable_to_get_user_info')
    }
  })

  test('the answer of another issuer', async () => {
    provider.service.on(Events.BeforeAuthorizeRedirect, ({ url }: MutableRedirectUri) => {
      url.searchParams.set('iss', 'https://evil.example')
    })
    await expectRefused(await signIn(), 'issuer_mismatch')
  })

  test('a code of another sign-in: the proof of possession does not fit', async () => {
    const [mine, stolen] = [await askProvider(), await askProvider()]
    const code = new URLSearchParams(stolen.back.split('?')[1]).get('code') ?? ''
    await expectRefused(await finish({ ...mine, back: mine.back.replace(/code=[^&]+/u, `code=${code}`) }), 'invalid_code')
  })

  test('an answer that was used already', async () => {
    const step = await askProvider()
    expect((await finish(step)).cookie).not.toBeNull()
    const again = await finish(step)
    expect(errorOf(again)).toEqual([302, '/sign-in', 'state_mismatch'])
    expect(again.cookie).toBeNull()
    const records = await server.queries.select().from(auditRecords).where(eq(auditRecords.action, 'session.refused'))
    expect(records).toContainEqual(expect.objectContaining({ details: { by: '/callback/:id' } }))
  })

  test('what the provider refuses is passed on as its code', async () => {
    const step = await askProvider()
    const back = step.back.replace(/code=[^&]+/u, 'error=access_denied')
    await expectRefused(await finish({ ...step, back }), 'access_denied')
  })
})

describe('a sign-in that cannot begin', () => {
  test('an ID token instead of a code, an address elsewhere, and other members are refused', async () => {
    for (const body of [
      { idToken: { token: 'a.b.c' } },
      { callbackURL: 'https://evil.example/' },
      { callbackURL: '//evil.example/' },
      { errorCallbackURL: '/\\evil.example' },
      { scopes: ['offline_access'] },
      { additionalParams: { prompt: 'none' } },
    ]) {
      const answer = await begin(body)
      expect([400, 403]).toContain(answer.status)
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
    expect((await begin({ provider: 'never-configured' })).status).toBe(404)
  })

  test('a provider that cannot be reached, or is another one, is said so, and the others work', async () => {
    for (const provider of ['gone', 'other']) {
      const answer = await begin({ provider })
      expect([answer.status, answer.json()['code']]).toEqual([503, 'PROVIDER_UNAVAILABLE'])
    }
    expect(server.log.some((line) => line.includes('is that of another issuer'))).toBe(true)
    expect((await signIn()).cookie).not.toBeNull()
  })

  test('before the set-up nobody gets in', async () => {
    const issuer = provider.issuer.url ?? ''
    const corp = { id: 'corp', name: 'Corp', issuer, clientId, clientSecret: 's', adminGroup }
    await server.queries.delete(users)
    await using waiting = await createAuthServer({ pglite, isForThisMachine: false, oidcProviders: [corp] })
    claims = { ...claims, groups: [adminGroup] }
    const started = await waiting.send('/api/auth/sign-in/social', { body: { provider: 'corp', ...pages } })
    const { back, cookie } = await askProvider(started)
    expect(errorOf(await waiting.send(back, { cookie }))).toEqual([302, '/sign-in', 'SET_UP_NEEDED'])
    expect(await waiting.queries.select().from(users)).toEqual([])
  })
})
