import { connect, type AddressInfo, type Socket } from 'node:net'
import type { Server, ServerResponse } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { createHttpServer } from './http-server.ts'

let server: Server | null = null
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => server?.close(resolve))
})

async function listen(listener: Parameters<typeof createHttpServer>[0]): Promise<Socket> {
  server = createHttpServer(listener, { headersTimeout: 200, requestTimeout: 300, connectionsCheckingInterval: 50 })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return connect((server.address() as AddressInfo).port, '127.0.0.1')
}

const whenClosed = (socket: Socket) =>
  new Promise<string>((resolve) => {
    let text = ''
    socket.on('data', (chunk) => (text += String(chunk)))
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })

test('a client that does not finish its headers loses its place (attack E3)', async () => {
  const socket = await listen((_request, response) => response.end())
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
  expect(await whenClosed(socket)).toContain('408 Request Timeout')
})

test('a client that does not finish its body loses its place (attack E3)', async () => {
  const socket = await listen((request) => request.resume())
  socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx')
  expect(await whenClosed(socket)).not.toContain('200 OK')
})

test('an answer may take far longer than a request may', async () => {
  const answering = Promise.withResolvers<ServerResponse>()
  const socket = await listen((_request, response) => {
    response.write('first ')
    answering.resolve(response)
  })
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  const answer = whenClosed(socket)
  const response = await answering.promise
  // A request that begins later runs out of time while the answer is being written.
  const late = connect(socket.remotePort ?? 0, '127.0.0.1')
  late.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
  expect(await whenClosed(late)).toContain('408 Request Timeout')
  response.end('last')
  const text = await answer
  expect(text).toContain('first')
  expect(text).toContain('last')
})

test('headers of more than 16 kB are refused (attack D12)', async () => {
  const socket = await listen((_request, response) => response.end())
  socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`)
  expect(await whenClosed(socket)).toContain('431 Request Header Fields Too Large')
})
