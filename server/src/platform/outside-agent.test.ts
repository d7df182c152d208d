import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorToCodes } from './error-codes.ts'
import { isInsideAddress } from './inside-address.ts'
import { createOutsideAgent } from './outside-agent.ts'

let server: Server
let port: number
let requests = 0

beforeAll(async () => {
  server = createServer((_request, response) => {
    requests += 1
    response.end('inside')
  }).listen(0)
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const get = (host: string, isInside: (address: string) => boolean) =>
  fetch(`http://${host}:${port}/`, { dispatcher: createOutsideAgent(isInside) } as RequestInit)

// Every way to write 127.0.0.1 that a URL takes, names of it, and IPv6.
test.each([
  '127.0.0.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '127.1',
  '１２７.0.0.1',
  '127.0.0.1.',
  '[::1]',
  '[::ffff:127.0.0.1]',
])('nothing is sent to %s', async (host) => {
  await expectRefused(host)
})

test.each(['localhost', 'LOCALHOST'])('nothing is sent to the name %s, which leads inside', async (host) => {
  await expectRefused(host)
})

async function expectRefused(host: string) {
  const before = requests
  const error: unknown = await get(host, isInsideAddress).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(errorToCodes(error)).toContain('EINSIDE')
  expect(requests).toBe(before)
}

test('an address that is allowed is reached, by its number and by a name', async () => {
  for (const host of ['127.0.0.1', 'localhost']) {
    expect(await (await get(host, () => false)).text()).toBe('inside')
  }
})
