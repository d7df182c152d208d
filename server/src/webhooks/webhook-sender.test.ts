import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { isInsideAddress } from '../platform/inside-address.ts'
import { createWebhookSender } from './webhook-sender.ts'

const never = new AbortController().signal
const headers = { 'webhook-id': 'an-id', 'webhook-timestamp': '1', 'webhook-signature': 'v1,none' }

async function withServer(listener: RequestListener, work: (port: number) => Promise<void>): Promise<void> {
  const server = createServer(listener).listen(0)
  await once(server, 'listening')
  try {
    await work((server.address() as AddressInfo).port)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('[T4] each way to write an address of this machine is refused, and reached where that is allowed', async () => {
  let requests = 0
  const count: RequestListener = (_request, response) => {
    requests += 1
    response.writeHead(200).end()
  }
  await withServer(count, async (port) => {
    const hosts = ['127.0.0.1', '2130706433', '0x7f.1', '127.1', 'localhost', 'LOCALHOST', '[::1]', '[::ffff:7f00:1]', '0.0.0.0']
    for (const host of hosts) {
      const request = { url: `http://${host}:${port}/`, headers, payload: '{}' }
      const outcome = await createWebhookSender(isInsideAddress).send(request, never)
      expect(outcome, host).toEqual({ status: null, error: expect.stringContaining('private network') })
    }
    expect(requests).toBe(0)
    for (const host of ['127.0.0.1', 'localhost']) {
      const request = { url: `http://${host}:${port}/`, headers, payload: '{}' }
      expect(await createWebhookSender(null).send(request, never)).toEqual({ status: 200, error: null })
      expect(await createWebhookSender(() => false).send(request, never)).toEqual({ status: 200, error: null })
    }
  })
})

test('[T4] a port of another protocol is named', async () => {
  const request = { url: 'http://127.0.0.1:25/', headers, payload: '{}' }
  const outcome = await createWebhookSender(null).send(request, never)
  expect(outcome).toEqual({ status: null, error: expect.stringContaining('port') })
})

test('[T4] an endless response is not read to its end', async () => {
  let sent = 0
  let isGone = false
  const endless: RequestListener = (_request, response) => {
    response.writeHead(200).on('close', () => {
      isGone = true
    })
    const write = () => {
      while (!isGone && response.write(Buffer.alloc(16 * 1024))) sent += 1
    }
    response.on('drain', write)
    write()
  }
  await withServer(endless, async (port) => {
    const request = { url: `http://127.0.0.1:${port}/`, headers, payload: '{}' }
    expect(await createWebhookSender(null).send(request, never)).toEqual({ status: 200, error: null })
    await expect.poll(() => isGone).toBe(true)
    expect(sent).toBeGreaterThan(0)
  })
})

test('[T3] a status counts although the body behind it breaks off or is not what its headers say', async () => {
  const bodies: readonly RequestListener[] = [
    (_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('short')
      setImmediate(() => response.destroy())
    },
    (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('not compressed'),
  ]
  for (const answer of bodies) {
    await withServer(answer, async (port) => {
      const request = { url: `http://127.0.0.1:${port}/`, headers, payload: '{}' }
      expect(await createWebhookSender(null).send(request, never)).toEqual({ status: 200, error: null })
    })
  }
})

test('[T3] what was stopped has no outcome', async () => {
  const stop = new AbortController()
  const hang: RequestListener = () => stop.abort()
  await withServer(hang, async (port) => {
    const request = { url: `http://127.0.0.1:${port}/`, headers, payload: '{}' }
    await expect(createWebhookSender(null).send(request, stop.signal)).rejects.toThrow()
  })
})
