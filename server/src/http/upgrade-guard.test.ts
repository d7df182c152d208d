import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createOriginPolicy } from '../auth/origin-policy.ts'
import { createUpgradeGuard, refuseUpgrade } from './upgrade-guard.ts'

let server: Server
let port: number
let basePath = ''
let draining = false
beforeAll(async () => {
  const origins = createOriginPolicy({
    publicUrl: new URL('http://127.0.0.1:3000'),
    corsOrigins: ['https://page.example.org'],
  })
  const checkUpgrade = createUpgradeGuard({
    origins: {
      ...origins,
      get basePath() {
        return basePath
      },
    },
    isDraining: () => draining,
  })
  const sockets = new WebSocketServer({ noServer: true })
  server = createServer()
  server.on('upgrade', (request, socket, head) => {
    const status = checkUpgrade(request)
    if (status !== null) return refuseUpgrade(socket, status)
    sockets.handleUpgrade(request, socket, head, (webSocket) => webSocket.close())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
})

/** The status that an upgrade is answered with: 101 when it is opened. */
function upgrade(path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers })
    socket.on('open', () => resolve(101))
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0)
      request.destroy()
    })
    socket.on('error', reject)
  })
}

test.each(['http://127.0.0.1', 'http://localhost', 'http://[::1]'])(
  'our page may open a socket: %s at our port',
  async (name) => {
    expect(await upgrade('/trpc', { origin: `${name}:${port}` })).toBe(101)
  },
)

test('a script, which names no page, may, and so may the configured foreign page', async () => {
  expect(await upgrade('/trpc')).toBe(101)
  expect(await upgrade('/trpc?connectionParams=1', { origin: 'https://page.example.org' })).toBe(101)
})

test.each([
  'https://evil.example',
  'null',
  'http://127.0.0.1.evil.example',
  'http://localhost:1',
  'https://page.example.org.evil.example',
])('a foreign page may not, cookie or no cookie: %s', async (origin) => {
  expect(await upgrade('/trpc', { origin, cookie: 'holdfast.session_token=stolen' })).toBe(403)
})

test('a foreign name may not, although it resolves to us (attack D1)', async () => {
  expect(await upgrade('/trpc', { host: `evil.example:${port}`, origin: `http://evil.example:${port}` })).toBe(421)
})

test('nothing else is a socket', async () => {
  for (const path of ['/', '/trpc/', '/trpc2', '/api/auth/token', '/mcp'])
    expect([path, await upgrade(path)]).toEqual([path, 404])
})

test('under a path a socket is there with and without it, since proxies pass it on or take it off', async () => {
  basePath = '/chat'
  for (const path of ['/chat/trpc', '/trpc?connectionParams=1', '/chat/trpc?connectionParams=1'])
    expect([path, await upgrade(path)]).toEqual([path, 101])
  for (const path of ['/chat', '/chattrpc', '/chat/chat/trpc', '/other/trpc'])
    expect([path, await upgrade(path)]).toEqual([path, 404])
  basePath = ''
  expect(await upgrade('/chat/trpc')).toBe(404)
})

test('a server that is stopping opens none', async () => {
  draining = true
  expect(await upgrade('/trpc')).toBe(503)
  draining = false
  expect(await upgrade('/trpc')).toBe(101)
})
