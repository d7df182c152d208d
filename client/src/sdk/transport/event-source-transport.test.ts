import { EventSource } from 'eventsource'
import { afterEach, expect, test, vi } from 'vitest'
import { createEventSourceTransportFactory } from './event-source-transport.ts'
import { createTokenSource } from './token-source.ts'

afterEach(() => vi.useRealTimers())

function createTransport(isReachable: () => Promise<boolean>) {
  const create = createEventSourceTransportFactory({
    url: 'http://server.example/trpc',
    tokens: createTokenSource(async () => 'token'),
    EventSource,
    fetch: async () => new Response(null, { status: 503 }),
    isReachable,
  })
  return create({ runtime: {}, events: { onOpen: () => {}, onHeard: () => {}, onLost: () => {} } })
}

test('a device that had lost its network stayed "live" over server-sent events, because something had been heard lately', async () => {
  const transport = await createTransport(async () => false)
  expect(await transport.isAlive(2_500)).toBe(false)
})

test('a transport is alive when the server answers a request', async () => {
  const transport = await createTransport(async () => true)
  expect(await transport.isAlive(2_500)).toBe(true)
})

test('a server that does not answer in time is not alive', async () => {
  vi.useFakeTimers()
  const transport = await createTransport(() => new Promise(() => {}))
  const isAlive = transport.isAlive(2_500)
  await vi.advanceTimersByTimeAsync(2_500)
  expect(await isAlive).toBe(false)
})

test('a transport that has been silent for longer than its server is ever silent is not alive, whatever a request says', async () => {
  vi.useFakeTimers()
  const transport = await createTransport(async () => true)
  await vi.advanceTimersByTimeAsync(16_000)
  expect(await transport.isAlive(2_500)).toBe(false)
})
