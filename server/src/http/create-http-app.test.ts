import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { schema } from '@holdfast/drizzle'
import express, { type RequestHandler } from 'express'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAuthServer, createTestPglite, type AuthServer } from '../../test/create-auth-server.ts'
import { createTestLibrary } from '../../test/create-test-library.ts'
import { createOriginPolicy } from '../auth/origin-policy.ts'
import type { Readiness } from './health.ts'
import { authPaths } from './auth-route.ts'

const canary = 'c4n4ry-in-the-coal-mine'
const foreignPage = 'https://page.example.org'

const trpc: RequestHandler = (request, response) => {
  if (request.path === '/throw') throw new Error(canary)
  if (request.path === '/half') {
    response.write('half')
    throw new Error(canary)
  }
  response.json({
    path: request.path,
    ip: request.headers['x-holdfast-client-ip'],
    forwarded: request.headers['x-forwarded-for'] ?? null,
  })
}
const page = express.Router().get('/', (_request, response) => void response.type('html').send('<!doctype html>'))

let server: AuthServer
let pglite: Awaited<ReturnType<typeof createTestPglite>>
const checkReadiness = vi.fn<Readiness>(async () => [])
beforeAll(async () => {
  pglite = await createTestPglite()
  server = await createAuthServer({ pglite, corsOrigins: [foreignPage], trpc, page, checkReadiness })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await pglite.close()
})
beforeEach(() => {
  server.log.length = 0
})

const routes = ['/', '/trpc/models.list', '/mcp', '/api/auth/get-session', '/health/live', '/nothing']

describe('the host', () => {
  test.each(routes)('is checked on %s: 421 for a name that is not ours (attack E7)', async (path) => {
    for (const host of ['evil.example', `evil.example:${server.port}`, `127.0.0.1.evil.example:${server.port}`]) {
      const answer = await server.send(path, { headers: { host } })
      expect([host, answer.status]).toEqual([host, 421])
      expect(answer.json()).toMatchObject({ code: 'MISDIRECTED_REQUEST' })
    }
    for (const host of [`localhost:${server.port}`, `127.0.0.1:${server.port}`, `[::1]:${server.port}`]) {
      expect((await server.send(path, { headers: { host } })).status).not.toBe(421)
    }
  })
})

test('of two hosts in one request none is taken: a proxy may have looked at the other (attack E7)', async () => {
  const statusOf = async (path: string, hosts: readonly string[]) => {
    const socket = connect(server.port, '127.0.0.1')
    socket.end(`GET ${path} HTTP/1.1\r\n${hosts.map((host) => `Host: ${host}\r\n`).join('')}Connection: close\r\n\r\n`)
    return (await text(socket)).slice(9, 12)
  }
  const own = `127.0.0.1:${server.port}`
  expect(await statusOf('/health/live', [own])).toBe('200')
  expect(await statusOf('/health/live', [own, 'evil.example'])).toBe('421')
  expect(await statusOf('/health/live', [own, own])).toBe('421')
})

describe('the origin', () => {
  const foreign = [
    'https://evil.example',
    'null',
    'http://localhost:1',
    'https://page.example.org.evil.example',
    'http://page.example.org',
  ]

  test.each(routes)('[S8] is checked on %s: 403 for a page that is not ours, with any method (attacks E6, D1)', async (path) => {
    for (const origin of foreign) {
      for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
        const answer = await server.send(path, { method, headers: { origin, 'access-control-request-method': 'POST' } })
        expect([origin, method, answer.status]).toEqual([origin, method, 403])
        expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      }
    }
  })

  test('[S8] may be missing, ours, or one of the loopback names at our port', async () => {
    const origins = [
      undefined,
      `http://127.0.0.1:${server.port}`,
      `http://localhost:${server.port}`,
      `http://[::1]:${server.port}`,
      foreignPage,
    ]
    for (const origin of origins) {
      const answer = await server.send('/trpc/models.list', { headers: origin ? { origin } : {} })
      expect([origin, answer.status]).toEqual([origin, 200])
    }
  })

  test('is known although the system chose the port', async () => {
    await using server = await createAuthServer({ pglite, publicUrl: 'http://127.0.0.1:0' })
    const cookie = await server.guest()
    for (const origin of [undefined, `http://localhost:${server.port}`]) {
      const headers = origin ? { origin } : {}
      const answer = await server.send('/api/auth/update-user', { cookie, headers, body: { name: 'A Guest' } })
      expect([origin, answer.status]).toEqual([origin, 200])
    }
  })

  test('that a browser leaves out does not help a foreign page to change something (attack A11)', async () => {
    const cookie = await server.guest()
    for (const site of ['cross-site', 'same-site']) {
      const answer = await server.send('/api/auth/sign-out', {
        method: 'POST',
        cookie,
        headers: { 'sec-fetch-site': site },
      })
      expect([site, answer.status]).toEqual([site, 403])
    }
    // Following a link is not changing something.
    expect((await server.send('/', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200)
    expect((await server.send('/api/auth/sign-out', { method: 'POST', cookie })).status).toBe(200)
  })

  test('of a foreign page makes no guest, although no cookie is involved (attack B5)', async () => {
    const before = await server.queries.$count(schema.users)
    const answer = await server.send('/api/auth/sign-in/anonymous', {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    })
    expect(answer.status).toBe(403)
    expect(await server.queries.$count(schema.users)).toBe(before)
  })
})

describe('a configured foreign page', () => {
  const preflight = (path: string, headers: Record<string, string> = {}) =>
    server.send(path, {
      method: 'OPTIONS',
      headers: {
        origin: foreignPage,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,trpc-accept',
        ...headers,
      },
    })

  test('learns from the preflight that it may call', async () => {
    const { status, headers } = await preflight('/trpc/messages.send')
    expect(status).toBe(204)
    expect(headers).toMatchObject({
      'access-control-allow-origin': foreignPage,
      'access-control-allow-headers': 'authorization,content-type,trpc-accept',
      'access-control-allow-methods': 'GET, HEAD, POST, PATCH, DELETE, OPTIONS',
      'access-control-max-age': '600',
      vary: 'Origin, Access-Control-Request-Headers',
    })
    expect(headers['access-control-allow-credentials']).toBeUndefined()
  })

  test('may use the cookie where cookies are used', async () => {
    expect((await preflight('/api/auth/sign-in/anonymous')).headers['access-control-allow-credentials']).toBe('true')
    const guest = await server.send('/api/auth/sign-in/anonymous', { method: 'POST', headers: { origin: foreignPage } })
    expect([guest.status, guest.headers['access-control-allow-origin']]).toEqual([200, foreignPage])
    expect(guest.headers['access-control-allow-credentials']).toBe('true')
  })

  test('reads answers of ours, errors too', async () => {
    const answer = await server.send('/nothing', { headers: { origin: foreignPage } })
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([404, foreignPage])
    expect(answer.headers['access-control-expose-headers']).toContain('X-Request-Id')
  })
})

describe('headers', () => {
  test('of the page (attacks E12, F9)', async () => {
    const { headers } = await server.send('/')
    const { 'x-request-id': requestId, date, connection, 'content-length': length, ...rest } = headers
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/u)
    expect([typeof date, connection, length]).toEqual(['string', 'close', '15'])
    expect(rest).toEqual({
      'content-security-policy': [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "media-src 'self' blob:",
        `connect-src 'self' ws://127.0.0.1:${server.port}`,
        "worker-src 'self'",
        "manifest-src 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
      ].join(';'),
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'origin-agent-cluster': '?1',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(self)',
      'referrer-policy': 'no-referrer',
      vary: 'Origin',
      'x-content-type-options': 'nosniff',
      'x-dns-prefetch-control': 'off',
      'x-download-options': 'noopen',
      'x-frame-options': 'DENY',
      'x-permitted-cross-domain-policies': 'none',
      'x-xss-protection': '0',
    })
  })

  test('of everything else forbid keeping a copy (attack E12)', async () => {
    for (const path of ['/trpc/models.list', '/mcp', '/api/auth/get-session', '/api/nothing', '/health/live']) {
      expect([path, (await server.send(path)).headers['cache-control']]).toEqual([path, 'no-store'])
    }
  })

  test('over plain http omit the opener policy, about which a browser would print an error in every page', async () => {
    await using lan = await createAuthServer({ pglite, publicUrl: 'http://holdfast.lan:3000', page })
    const opener = async (host: string) =>
      (await lan.send('/', { headers: { host } })).headers['cross-origin-opener-policy'] ?? null
    expect(await opener('holdfast.lan:3000')).toBeNull()
    expect(await opener('192.168.1.20:3000')).toBeNull()
    expect(await opener(`localhost:${lan.port}`), 'a secure context').toBe('same-origin')
  })

  test('ask for https when the public address is https, and only then', async () => {
    await using https = await createAuthServer({ pglite, publicUrl: 'https://chat.example.com', page })
    const { headers } = await https.send('/', { headers: { host: 'chat.example.com' } })
    expect(headers['strict-transport-security']).toBe('max-age=31536000')
    expect(headers['content-security-policy']).toMatch(
      /connect-src 'self' wss:\/\/chat\.example\.com;.*;upgrade-insecure-requests$/u,
    )
  })
})

describe('/api/auth', () => {
  test('has the paths that are used, and none of the others that better-auth brings (T17)', async () => {
    // A name has passkeys, too.
    const origins = createOriginPolicy({ publicUrl: new URL('http://localhost:3000'), corsOrigins: [] })
    const library = createTestLibrary(server, { origins })
    const paths = Object.values(library.api as Record<string, { path?: string }>).flatMap(({ path }) => path ?? [])
    expect(paths).toEqual(expect.arrayContaining([...authPaths.keys()]))
    const others = paths.filter((path) => !authPaths.has(path))
    expect(others.length).toBeGreaterThan(15)
    const cookie = await server.guest()
    for (const path of [...others, '/callback/google', '/reset-password/abc', '/token/', '//token', '/TOKEN', '/%74oken', '']) {
      for (const method of ['GET', 'POST']) {
        const answer = await server.send(`/api/auth${path}`, { method, cookie })
        expect([path, method, answer.status]).toEqual([path, method, 404])
      }
    }
  })

  test('knows one method per path', async () => {
    const answer = await server.send('/api/auth/sign-out')
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST'])
    expect((await server.send('/api/auth/token', { method: 'POST' })).status).toBe(405)
    expect((await server.send('/api/auth/token', { method: 'HEAD' })).status).toBe(405)
  })

  test.each([
    ['too large', { body: { name: 'n'.repeat(17_000), email: 'a@example.com', password: 'long enough' } }, 413],
    ['too large and of unknown length', { body: 'x'.repeat(17_000), headers: { 'transfer-encoding': 'chunked' } }, 413],
    ['compressed', { body: 'x', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } }, 415],
    ['text', { body: '{}', headers: { 'content-type': 'text/plain' } }, 415],
    [
      'a form',
      { body: 'email=a%40example.com&password=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
    ],
    ['without a type', { body: '{}' }, 415],
    ['of an unknown alphabet', { body: '{}', headers: { 'content-type': 'application/json; charset=klingon' } }, 415],
    ['no JSON', { body: '{"email"', headers: { 'content-type': 'application/json' } }, 400],
    ['null', { body: 'null', headers: { 'content-type': 'application/json' } }, 400],
    ['an array', { body: '[]', headers: { 'content-type': 'application/json' } }, 400],
    ['deep', { body: `${'['.repeat(8000)}${']'.repeat(8000)}`, headers: { 'content-type': 'application/json' } }, 400],
    ['a number for the address', { body: { email: 1, password: 'long enough' } }, 400],
    ['an object for the password', { body: { email: 'a@example.com', password: { $gt: '' } } }, 400],
  ])('refuses a body that is %s', async (_what, options, status) => {
    const answer = await server.send('/api/auth/sign-in/email', { method: 'POST', ...options })
    expect([answer.status, answer.text.includes('    at ')]).toEqual([status, false])
  })

  test('takes an empty body where none is needed, however it is announced', async () => {
    const shapes = [
      {},
      { 'content-length': 0 },
      { 'transfer-encoding': 'chunked' },
      { 'content-length': 0, 'content-type': 'text/plain' },
    ]
    for (const headers of shapes) {
      const answer = await server.send('/api/auth/sign-in/anonymous', { method: 'POST', headers })
      expect([headers, answer.status]).toEqual([headers, 200])
    }
    expect((await server.send('/api/auth/sign-in/anonymous', { method: 'POST', body: {} })).status).toBe(200)
  })

  test('believes nothing that only a proxy or the server itself may say (attack A12)', async () => {
    const claims = {
      'x-holdfast-client-ip': '203.0.113.7',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'javascript',
      'x-forwarded-host': 'evil.example',
    }
    const answer = await server.send('/trpc/models.list', { headers: claims })
    expect(answer.json()).toMatchObject({ ip: '127.0.0.1', forwarded: null })
    const guest = await server.send('/api/auth/sign-in/anonymous', { method: 'POST', headers: claims })
    expect(guest.status).toBe(200)
    const rows = await server.queries.select({ ip: schema.sessions.ipAddress }).from(schema.sessions)
    expect(new Set(rows.map(({ ip }) => ip))).toEqual(new Set(['127.0.0.1']))
  })

  test('X22 says once that it does not trust the proxy in front of it', async () => {
    for (const [trustedProxies, warnings] of [
      [[], 1],
      [['loopback'], 0],
    ] as const) {
      await using front = await createAuthServer({ pglite, trpc, trustedProxies: [...trustedProxies] })
      for (const ip of ['203.0.113.7', '203.0.113.8']) {
        await front.send('/trpc/models.list', { headers: { 'x-forwarded-for': ip } })
      }
      expect(front.log.filter((line) => line.includes('forwarded-for-ignored'))).toHaveLength(warnings)
    }
  })

  test('believes a proxy that it is configured to trust, and nothing that the proxy did not see itself', async () => {
    await using trusting = await createAuthServer({ pglite, trpc, trustedProxies: ['loopback', '10.0.0.0/8'] })
    const ipOf = async (forwardedFor: string) => {
      const answer = await trusting.send('/trpc/models.list', { headers: { 'x-forwarded-for': forwardedFor } })
      return answer.json() as unknown
    }
    expect(await ipOf('203.0.113.7')).toMatchObject({ ip: '203.0.113.7', forwarded: null })
    expect(await ipOf('198.51.100.1, 203.0.113.7, 10.1.2.3')).toMatchObject({ ip: '203.0.113.7' })
    await vi.waitFor(() => expect(trusting.log.join('\n')).toContain('"ip":"203.0.113.7"'), 60_000)
  })
})

describe('an error', () => {
  const shape = { code: expect.any(String), message: expect.any(String), requestId: expect.any(String) }

  test('[X4] that is unexpected reveals nothing about itself (attack I1)', async () => {
    const answer = await server.send('/trpc/throw')
    expect(answer.status).toBe(500)
    expect(answer.json()).toEqual({
      ...shape,
      code: 'INTERNAL_SERVER_ERROR',
      requestId: answer.headers['x-request-id'],
    })
    expect(answer.text).not.toContain(canary)
    expect(server.log.join('')).toContain(canary)
  })

  test('in the middle of an answer breaks the connection: half an answer does not look whole', async () => {
    await expect(server.send('/trpc/half')).rejects.toThrow()
    expect((await server.send('/trpc/models.list')).status).toBe(200)
  })

  test('of the database in /api/auth shows neither the query nor its parameters, in the answer or the log (attack I1)', async () => {
    const insert = vi.spyOn(server.queries, 'insert').mockImplementation(() => {
      throw Object.assign(new Error(`Failed query: insert into "users" … params: ${canary}`), {
        query: canary,
        params: [canary],
      })
    })
    const select = vi.spyOn(console, 'error')
    try {
      for (const [path, body] of [
        ['/api/auth/sign-in/anonymous', undefined],
        ['/api/auth/sign-up/email', { name: 'n', email: 'canary@example.com', password: canary }],
      ] as const) {
        const answer = await server.send(path, { method: 'POST', body })
        expect(answer.status).toBeGreaterThanOrEqual(422)
        expect(answer.text).not.toContain(canary)
      }
      expect(server.log.join('')).not.toContain(canary)
      expect(server.log.join('')).not.toContain('canary@example.com')
      expect(select).not.toHaveBeenCalled()
    } finally {
      insert.mockRestore()
      select.mockRestore()
    }
  })

  test.each([
    '/nothing',
    '/api',
    '/api/nothing',
    '/trpc2',
    '/health',
    '/health/nothing',
    '/.env',
    '/data/auth-secret',
    '/..%2f..%2fetc/passwd',
    '/%00',
  ])('for %s is 404 and JSON', async (path) => {
    const answer = await server.send(path)
    expect([answer.status, answer.json()]).toEqual([404, { ...shape, code: 'NOT_FOUND' }])
  })

  test('for a path that cannot be decoded is no crash', async () => {
    const answer = await server.send('/%E0%A4%A')
    expect([400, 404]).toContain(answer.status)
    expect(answer.text).not.toContain('    at ')
  })
})

describe('health', () => {
  test('is alive as long as it answers', async () => {
    const answer = await server.send('/health/live')
    expect([answer.status, answer.json()]).toEqual([200, { status: 'ok' }])
  })

  test('is ready when it says so, says why it is not, and is not when it cannot tell', async () => {
    expect((await server.send('/health/ready')).json()).toEqual({ status: 'ok' })
    checkReadiness.mockResolvedValueOnce(['The disk is almost full'])
    const full = await server.send('/health/ready')
    expect([full.status, full.json()]).toEqual([503, { status: 'unavailable', problems: ['The disk is almost full'] }])
    checkReadiness.mockRejectedValueOnce(new Error(canary))
    const answer = await server.send('/health/ready')
    expect([answer.status, answer.text]).toEqual([
      503,
      '{"status":"unavailable","problems":["The server could not find out whether it is ready"]}',
    ])
  })
})

describe('the log', () => {
  test('has one line per request, with ids and without what was sent', async () => {
    const cookie = await server.guest()
    const token = await server.token(cookie)
    server.log.length = 0
    const answer = await server.send(`/trpc/models.list?input=${canary}`, {
      method: 'POST',
      token,
      cookie,
      body: { text: canary },
      headers: { 'user-agent': canary, 'x-request-id': canary },
    })
    expect(server.log.map((line) => JSON.parse(line))).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        requestId: answer.headers['x-request-id'],
        event: 'http-request',
        method: 'POST',
        path: '/trpc/models.list',
        status: 200,
        ms: expect.any(Number),
        ip: '127.0.0.1',
        msg: 'request',
      },
    ])
  })

  test('holds no secret after sign-up, sign-in and tokens', async () => {
    const body = { name: canary, email: `${canary}@example.com`, password: `${canary} password` }
    const signedUp = await server.send('/api/auth/sign-up/email', { body })
    await server.send('/api/auth/sign-up/email', { body })
    await server.send('/api/auth/sign-in/email', { body: { email: body.email, password: `${canary} wrong` } })
    const token = await server.token(signedUp.cookie ?? '')
    const log = server.log.join('')
    for (const secret of [canary, token, signedUp.cookie?.split('=')[1] ?? canary]) expect(log).not.toContain(secret)
    expect(server.log.length).toBeGreaterThanOrEqual(4)
  })
})
