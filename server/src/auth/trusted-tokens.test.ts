import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAuthServer, type AuthServer } from '../../test/create-auth-server.ts'
import { ConfigError, environmentToConfig } from '../config/config.ts'

const issuer = 'https://login.example.com/'
const audience = 'holdfast-api'

let server: AuthServer
let keys: { privateKey: CryptoKey; publicKey: CryptoKey }
let otherKeys: { privateKey: CryptoKey; publicKey: CryptoKey }
const keySet = createServer((request, response) => {
  void (async () => {
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }))
  })()
})

beforeAll(async () => {
  keys = await generateKeyPair('RS256')
  otherKeys = await generateKeyPair('RS256')
  await new Promise<void>((resolve) => keySet.listen(0, '127.0.0.1', resolve))
  const jwks = new URL(`http://127.0.0.1:${(keySet.address() as AddressInfo).port}/keys`)
  const away = new URL('http://127.0.0.1:9/keys')
  server = await createAuthServer({
    trustedIssuers: [
      { issuer, jwks, audience, claim: 'sub' },
      { issuer: 'https://by-employee.example.com', jwks, audience, claim: 'employee' },
      { issuer: 'https://away.example.com', jwks: away, audience, claim: 'sub' },
    ],
  })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await new Promise((resolve) => keySet.close(resolve))
})

const now = () => Math.floor(Date.now() / 1000)
const sign = (changes: Record<string, unknown> = {}, key = keys.privateKey, header: Record<string, unknown> = {}) =>
  new SignJWT({ iss: issuer, aud: audience, sub: 'ada', name: 'Ada', exp: now() + 300, ...changes })
    .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
    .sign(key)
const userOf = async (token: string) => {
  const { user } = (await server.send('/trpc', { token })).json()
  return user as { id: string; sessionId: null; isFromIssuer: true } | null
}

test('a token of a trusted issuer is its user, who is made once and stays the same', async () => {
  const calls = await Promise.all(Array.from({ length: 8 }, async () => userOf(await sign({ sub: 'grace', name: 'Grace' }))))
  const ids = new Set(calls.map((user) => user?.id))
  expect(ids.size).toBe(1)
  expect(calls[0]).toMatchObject({ sessionId: null, isFromIssuer: true })
  const rows = await server.queries.select().from(schema.users).where(eq(schema.users.name, 'Grace'))
  expect(rows).toMatchObject([{ id: calls[0]?.id, role: 'member', isAnonymous: false, status: 'active' }])
  expect((await userOf(await sign({ sub: 'ada' })))?.id).not.toBe(calls[0]?.id)
})

test('the user is whom the configured claim names, and each issuer has users of its own', async () => {
  const byEmployee = { iss: 'https://by-employee.example.com', employee: 'ada' }
  const ada = await userOf(await sign({ ...byEmployee, sub: 'one' }))
  expect((await userOf(await sign({ ...byEmployee, sub: 'two' })))?.id).toBe(ada?.id)
  expect((await userOf(await sign({ sub: 'ada' })))?.id).not.toBe(ada?.id)
})

test('an address that another system claims opens no account here', async () => {
  const email = 'owner@example.com'
  const body = { name: 'Owner', email, password: 'correct horse battery' }
  const owner = await server.send('/api/auth/sign-up/email', { body })
  const ownerId = (owner.json()['user'] as { id: string }).id
  const claimed = await userOf(await sign({ sub: 'somebody', email, email_verified: true }))
  expect(claimed?.id).toBeDefined()
  expect(claimed?.id).not.toBe(ownerId)
})

describe('is refused:', () => {
  const refused: [string, () => Promise<string>][] = [
    ['a key of somebody else', () => sign({}, otherKeys.privateKey)],
    ['another audience', () => sign({ aud: 'another-api' })],
    ['no audience', () => sign({ aud: undefined })],
    ['an issuer that is not trusted', () => sign({ iss: 'https://evil.example.com' })],
    ['an issuer that is nearly the same', () => sign({ iss: issuer.slice(0, -1) })],
    ['our own issuer with a key of theirs', () => sign({ iss: 'holdfast', aud: 'api' })],
    ['expired', () => sign({ exp: now() - 10 })],
    ['never expires', () => sign({ exp: undefined })],
    ['not yet valid', () => sign({ nbf: now() + 600 })],
    ['no user', () => sign({ sub: undefined })],
    ['an empty user', () => sign({ sub: '' })],
    ['a user of another type', () => sign({ sub: 7 })],
    ['a user of 501 characters', () => sign({ sub: 'x'.repeat(501) })],
    [
      'HMAC',
      async () =>
        new SignJWT({ iss: issuer, aud: audience, sub: 'ada', exp: now() + 300 })
          .setProtectedHeader({ alg: 'HS256' })
          .sign(Buffer.from('x'.repeat(32))),
    ],
    ['a key set at an address in the token', () => sign({}, otherKeys.privateKey, { jku: 'https://evil.example.com/keys' })],
    ['keys that cannot be read', () => sign({ iss: 'https://away.example.com' })],
  ]
  test.each(refused)('%s', async (_name, make) => {
    const before = await server.queries.$count(schema.users)
    expect((await server.send('/trpc', { token: await make() })).status).toBe(401)
    expect(await server.queries.$count(schema.users)).toBe(before)
  })

  test('at /mcp, which needs a token of ours', async () => {
    const token = await sign()
    expect((await server.send('/trpc', { token })).status).toBe(200)
    expect((await server.send('/mcp', { token })).status).toBe(401)
  })

  test('a user who was disabled, also on an open connection', async () => {
    const token = await sign({ sub: 'leaver' })
    const user = await server.auth.verifyToken(token, 'api')
    expect(user).not.toBeNull()
    if (user === null) return
    expect(await server.auth.isAlive(user)).toBe(true)
    await server.queries.update(schema.users).set({ status: 'disabled' }).where(eq(schema.users.id, user.id))
    expect((await server.send('/trpc', { token })).status).toBe(401)
    const ended = new Promise<void>((resolve) => server.auth.watch(user, resolve))
    server.bus.publish('auth:session-revoked', user.id)
    await ended
    expect(await server.auth.isAlive(user)).toBe(false)
  })
})

test('the log says whose keys cannot be read, and nothing of the token', async () => {
  server.log.length = 0
  const token = await sign({ iss: 'https://away.example.com' })
  await server.send('/trpc', { token })
  expect(server.log.join('')).toContain('issuer-keys-unread')
  expect(server.log.join('')).not.toContain(token.split('.')[2])
})

describe('JWT_TRUSTED_ISSUERS', () => {
  const good = { issuer, jwks: 'https://login.example.com/keys', audience }
  const read = (value: unknown) =>
    environmentToConfig({ JWT_TRUSTED_ISSUERS: typeof value === 'string' ? value : JSON.stringify(value) }).trustedIssuers

  test('names issuers; the claim of the user is sub by default', () => {
    expect(read([good])).toEqual([{ ...good, jwks: new URL(good.jwks), claim: 'sub' }])
    expect(read([{ ...good, claim: 'employee' }])).toMatchObject([{ claim: 'employee' }])
    expect(read(' ')).toEqual([])
  })

  test.each<[string, unknown, string]>([
    ['no JSON', '[', 'is not JSON'],
    ['no list', good, 'expected array'],
    ['an unknown key', [{ ...good, key: 'x' }], 'Unrecognized key'],
    ['no audience', [{ issuer, jwks: good.jwks }], '0.audience'],
    ['keys over http', [{ ...good, jwks: 'http://login.example.com/keys' }], '0.jwks: must be an https:// address'],
    ['keys at no address', [{ ...good, jwks: 'keys.json' }], '0.jwks: must be an http:// or https:// address'],
    ['one issuer twice', [good, good], 'is there twice'],
    ['our own', [{ ...good, issuer: 'holdfast' }], "the issuer of this server's own tokens"],
  ])('refuses %s', (_name, value, message) => {
    expect(() => read(value)).toThrow(ConfigError)
    expect(() => read(value)).toThrow(/^JWT_TRUSTED_ISSUERS: /u)
    expect(() => read(value)).toThrow(message)
  })
})
