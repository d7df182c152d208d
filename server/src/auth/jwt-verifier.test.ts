import { schema } from '@holdfast/drizzle'
import { CompactSign, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createAuthServer, createTestPglite, type AuthServer } from '../../test/create-auth-server.ts'
import { createTestLibrary } from '../../test/create-test-library.ts'
import type { BetterAuth } from './better-auth.ts'
import { createJwtVerifier } from './jwt-verifier.ts'

let server: AuthServer
/** Signs any claims with the real key. */
let signer: BetterAuth
let good: string
let other: string
beforeAll(async () => {
  server = await createAuthServer()
  signer = createTestLibrary(server)
  good = await server.token(await server.guest())
  other = await server.token(await server.guest())
})
afterAll(() => server[Symbol.asyncDispose]())

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const now = () => Math.floor(Date.now() / 1000)
const parts = () => good.split('.') as [string, string, string]
const header = () => decodeProtectedHeader(good)
const claims = () => decodeJwt(good)
const sign = async (changes: JWTPayload, removed: string[] = []) => {
  const payload = { ...claims(), ...changes }
  for (const key of removed) delete payload[key]
  return (await signer.api.signJWT({ body: { payload } })).token
}
const unsigned = (alg: string) => `${encode({ ...header(), alg })}.${parts()[1]}.`
const foreign = async (extra: Record<string, unknown> = {}) => {
  const { privateKey } = await generateKeyPair('EdDSA')
  return new SignJWT(claims()).setProtectedHeader({ ...header(), alg: 'EdDSA', ...extra }).sign(privateKey)
}
const publicJwk = async () => {
  const [row] = await server.queries.select().from(schema.jwks)
  return row?.publicKey ?? ''
}
const hmac = async (key: Uint8Array) => new SignJWT(claims()).setProtectedHeader({ ...header(), alg: 'HS256' }).sign(key)

const hostile: [string, () => string | Promise<string>][] = [
  ['no algorithm', () => unsigned('none')],
  ['no algorithm, capitals', () => unsigned('NONE')],
  ['no algorithm, mixed', () => unsigned('nOnE')],
  ['no algorithm, with a signature', () => `${encode({ ...header(), alg: 'none' })}.${parts()[1]}.${parts()[2]}`],
  ['HS256 with the public key as JSON', async () => hmac(Buffer.from(await publicJwk()))],
  ['HS256 with the raw public key', async () => hmac(Buffer.from(JSON.parse(await publicJwk()).x, 'base64url'))],
  ['a foreign key under our key id', () => foreign()],
  ['a foreign key without key id', () => foreign({ kid: undefined })],
  [
    'a foreign key inside the token',
    async () => {
      const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true })
      const jwk = await exportJWK(publicKey)
      return new SignJWT(claims()).setProtectedHeader({ ...header(), alg: 'EdDSA', jwk }).sign(privateKey)
    },
  ],
  ['a foreign key at an address', () => foreign({ jku: 'https://evil.example/jwks' })],
  ['a key id that is a path', () => foreign({ kid: '../../../dev/null' })],
  ['a key id that is SQL', () => foreign({ kid: "' or 1=1--" })],
  ['a key id that does not exist', () => foreign({ kid: '00000000-0000-7000-8000-000000000000' })],
  [
    'another payload under the signature',
    () => `${parts()[0]}.${encode({ ...claims(), sub: decodeJwt(other).sub })}.${parts()[2]}`,
  ],
  [
    'another session under the signature',
    () => `${parts()[0]}.${encode({ ...claims(), sid: decodeJwt(other)['sid'] })}.${parts()[2]}`,
  ],
  ['half a signature', () => good.slice(0, -40)],
  ['no signature', () => `${parts()[0]}.${parts()[1]}`],
  ['nothing', () => ''],
  ['garbage', () => 'not a token'],
  ['three dots', () => '...'],
  ['a header that is no JSON', () => `!!!!.${parts()[1]}.${parts()[2]}`],
  ['a header that is null', () => `${encode(null)}.${parts()[1]}.${parts()[2]}`],
  ['a critical extension', () => `${encode({ ...header(), crit: ['evil'], evil: true })}.${parts()[1]}.${parts()[2]}`],
  ['9 kB', () => `${good}${'A'.repeat(9000)}`],
  ['NUL', () => `${good}\u0000`],
  [
    'an array as payload',
    async () => {
      const { privateKey } = await generateKeyPair('EdDSA')
      return new CompactSign(Buffer.from('[]')).setProtectedHeader({ ...header(), alg: 'EdDSA' }).sign(privateKey)
    },
  ],
  ['expired', () => sign({ exp: now() - 1 })],
  ['not yet valid', () => sign({ nbf: now() + 600 })],
  ['another audience', () => sign({ aud: 'mcp' })],
  ['another issuer', () => sign({ iss: 'http://127.0.0.1:3000' })],
  ['no session', () => sign({}, ['sid'])],
  ['no subject', () => sign({}, ['sub'])],
  ['a session that is no id', () => sign({ sid: "' or 1=1--" })],
  ['a subject that is no id', () => sign({ sub: 'root' })],
  ['a session of another user', () => sign({ sid: decodeJwt(other)['sid'] })],
  ['a session that never was', () => sign({ sid: '00000000-0000-7000-8000-000000000000' })],
]

describe('a token is refused', () => {
  test.each(hostile)('with %s (attacks A2, A3)', async (_what, make) => {
    expect(await server.auth.verifyToken(await make(), 'api')).toBeNull()
  })

  test('in none of these ways when it is a good one', async () => {
    const { sub, sid } = claims()
    const expected = { id: sub, sessionId: sid }
    expect(await server.auth.verifyToken(good, 'api')).toMatchObject(expected)
    expect(await server.auth.verifyToken(await sign({}), 'api')).toMatchObject(expected)
  })

  test('over HTTP with 401 whatever is wrong with it', async () => {
    for (const [what, make] of hostile) {
      const token = await make()
      // Node refuses to send such a header at all.
      if (token.includes('\u0000')) continue
      expect([what, (await server.send('/trpc', { token })).status]).toEqual([what, 401])
    }
    expect((await server.send('/trpc', { token: good })).status).toBe(200)
  })
})

test('signing tokens is not something that can be asked for over HTTP', async () => {
  const answer = await server.send('/api/auth/sign-jwt', { body: { payload: { sub: 'x' } } })
  expect(answer.status).toBe(404)
})

describe('the keys', () => {
  test('are read once, and again for an unknown key id at most every 10 s', async () => {
    const clock = { offsetMs: 0, now: () => new Date(Date.now() + clock.offsetMs) }
    const select = vi.spyOn(server.queries, 'select')
    try {
      const verify = createJwtVerifier({ queries: server.queries, clock })
      expect(await Promise.all([verify(good, 'api'), verify(other, 'api')])).not.toContain(null)
      expect(select).toHaveBeenCalledTimes(1)
      const unknown = await foreign({ kid: 'unknown' })
      for (const _ of [1, 2, 3]) expect(await verify(unknown, 'api')).toBeNull()
      expect(select).toHaveBeenCalledTimes(1)
      clock.offsetMs = 10_000
      for (const _ of [1, 2, 3]) expect(await verify(unknown, 'api')).toBeNull()
      expect(select).toHaveBeenCalledTimes(2)
      expect(await verify(good, 'api')).not.toBeNull()
    } finally {
      select.mockRestore()
    }
  })

  test('that could not be read are asked for again, and meanwhile it is an error and not a refusal', async () => {
    const select = vi.spyOn(server.queries, 'select')
    try {
      const verify = createJwtVerifier({ queries: server.queries, clock: server.clock })
      select.mockImplementationOnce(() => {
        throw new Error('the database is away')
      })
      await expect(verify(good, 'api')).rejects.toThrow('the database is away')
      expect(await verify(good, 'api')).not.toBeNull()
    } finally {
      select.mockRestore()
    }
  })
})

describe('the key that signs', () => {
  test('is replaced on two nodes under load without one refused token, and tokens of the one before stay valid', async () => {
    const pglite = await createTestPglite()
    await using stack = new AsyncDisposableStack()
    stack.defer(() => pglite.close())
    const nodes = [await createAuthServer({ pglite }), await createAuthServer({ pglite })]
    for (const node of nodes) stack.use(node)
    const [one, two] = nodes as [AuthServer, AuthServer]
    // The key is as old as this before anybody signs in: sessions live for 30 days only.
    await one.queries.update(schema.jwks).set({ createdAt: new Date(Date.now() - 91 * 24 * 60 * 60_000) })
    const cookie = await one.guest()
    const kids = new Set<string | undefined>()
    const signAndVerify = async () => {
      const tokens = await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 ? one : two).token(cookie)))
      for (const token of tokens) kids.add(decodeProtectedHeader(token).kid)
      const users = await Promise.all(tokens.flatMap((token) => nodes.map((node) => node.auth.verifyToken(token, 'api'))))
      expect(users.filter((user) => user === null)).toEqual([])
      return tokens[0] ?? ''
    }
    await signAndVerify()
    await Promise.all([one.auth.rotateKeys(), two.auth.rotateKeys(), signAndVerify(), signAndVerify()])
    expect(await one.queries.select().from(schema.jwks)).toHaveLength(2)
    // The control: it has not signed yet, although it is there, and others can read it.
    expect(kids.size).toBe(1)
    expect((await one.send('/api/auth/jwks')).json()).toMatchObject({ keys: [{}, {}] })
    let last = ''
    for (let seconds = 0; seconds <= 90; seconds += 10) {
      for (const node of nodes) node.clock.offsetMs = seconds * 1_000
      // Made-up key ids take the one extra read that a node allows itself.
      const unknown = await foreign({ kid: `made-up-${seconds}` })
      for (const node of nodes) expect(await node.auth.verifyToken(unknown, 'api')).toBeNull()
      last = await signAndVerify()
    }
    expect(kids.size).toBe(2)
    expect(decodeProtectedHeader(last).kid).not.toBe([...kids][0])
    for (const node of nodes) node.clock.offsetMs = 25 * 60 * 60_000
    await Promise.all(nodes.map((node) => node.auth.rotateKeys()))
    expect(await one.queries.select().from(schema.jwks)).toHaveLength(1)
    await signAndVerify()
  })
})
