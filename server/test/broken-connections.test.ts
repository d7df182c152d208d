import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { createDataDirectory } from '../testing/data-directory.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { createSeededRandom } from './seeded-random.ts'

const upgrade = (path: string, headers: string) =>
  `GET ${path} HTTP/1.1\r\n${headers}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`

/** The first bytes that clients send; each is cut off somewhere. */
const openings = (host: string): readonly string[] => [
  upgrade('/nope', `Host: ${host}\r\n`),
  upgrade('/trpc', `Host: ${host}\r\nOrigin: https://evil.example\r\n`),
  upgrade('/trpc', `Host: evil.example\r\n`),
  upgrade('/trpc', `Host: ${host}\r\n`),
  upgrade('/trpc', `Host: ${host}\r\nSec-WebSocket-Extensions: ;;;\r\n`),
  `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  `GET /health/live HTTP/1.1\r\nHost: ${host}\r\n\r\nGET /health/live HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  `GET /trpc/system.info HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`,
  `POST /trpc/messages.send HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"requestId":`,
  `POST /mcp HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello`,
  'GET / HTTP/1.1\r\nHost',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'no protocol at all\r\n\r\n',
  '',
]

const endings: readonly ((socket: Socket) => void)[] = [
  (socket) => socket.resetAndDestroy(),
  (socket) => setImmediate(() => socket.resetAndDestroy()),
  (socket) => socket.once('data', () => socket.resetAndDestroy()),
  (socket) => socket.end(),
  (socket) => socket.destroy(),
]

test('10,000 broken connections of every kind do not end the server', async () => {
  await using directory = await createDataDirectory()
  await using server = await startServerProcess({ DATA_DIR: directory.path })
  const { host, hostname, port } = new URL(server.url)
  const random = createSeededRandom(11)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  const starts = openings(host)
  let left = 10_000

  async function breakOne(): Promise<void> {
    const opening = pick(starts)
    const cut = random() < 0.3 ? Math.floor(random() * opening.length) : opening.length
    const end = pick(endings)
    const socket = connect(Number(port), hostname)
    await new Promise<void>((resolve) => {
      socket.on('error', () => {})
      socket.once('close', () => resolve())
      // A server may keep a connection that was half closed or that says nothing: the attempt has ended in that case, too.
      setTimeout(() => socket.destroy(), 250).unref()
      socket.once('connect', () => {
        socket.write(opening.slice(0, cut), 'latin1')
        end(socket)
      })
    })
  }
  async function client(): Promise<void> {
    while (left > 0) {
      left -= 1
      await breakOne()
    }
  }
  const hasEnded = server.exited.then((code) => {
    throw new Error(`the server ended with ${code}: ${server.output()}`)
  })
  await Promise.race([hasEnded, Promise.all(Array.from({ length: 100 }, client))])
  const live = await fetch(`${server.url}/health/live`)
  expect(live.status).toBe(200)
  expect(server.output()).not.toMatch(/connection-error-uncaught|defect/u)
  hasEnded.catch(() => {})
})
