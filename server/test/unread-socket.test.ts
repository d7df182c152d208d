import { once } from 'node:events'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { send } from './send.ts'

let app: TestApp
const serverSockets: WebSocket[] = []
const originalEmit = WebSocketServer.prototype.emit

beforeAll(async () => {
  vi.spyOn(WebSocketServer.prototype, 'emit').mockImplementation(function (this: WebSocketServer, name, ...values: unknown[]) {
    if (name === 'connection') serverSockets.push(values[0] as WebSocket)
    return originalEmit.call(this, name, ...values)
  })
  app = await createTestApp({
    model: async (reply) => {
      for (let sent = 0; sent < 128; sent += 1) await reply.tokens(['x'.repeat(8 * 1024)])
      await reply.finish()
    },
  })
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  vi.restoreAllMocks()
})

async function open(user: TestUser) {
  const client = new WebSocket(`${app.url.replace('http', 'ws')}/trpc?connectionParams=1`)
  client.on('error', () => {})
  await once(client, 'open')
  client.send(JSON.stringify({ method: 'connectionParams', data: { token: user.token } }))
  const call = (id: number, method: string, path: string, input: unknown) =>
    client.send(JSON.stringify({ id, method, params: { path, input } }))
  return { client, call, server: serverSockets.at(-1) }
}

test('[W8] one guest filled the memory: 100 calls for a megabyte each that are not read cost 10 MB, and the socket ends (attack D8)', async () => {
  const user = await app.createUser()
  const { conversationId } = await send(user, 'one')
  const isActive = async () => (await user.client.messages.status.query({ conversationId })).hasActiveGeneration
  await expect.poll(isActive).toBe(false)
  const { client, call, server } = await open(user)
  client.pause()
  let highest = 0
  const timer = setInterval(() => {
    highest = Math.max(highest, server?.bufferedAmount ?? 0)
  }, 1)
  for (let id = 1; id <= 100; id += 1) call(id, 'query', 'conversations.get', { conversationId })
  await expect.poll(() => server?.readyState).toBe(WebSocket.CLOSED)
  clearInterval(timer)
  expect(highest).toBeLessThan(10 * 1024 * 1024)
  expect(highest).toBeGreaterThan(1024 * 1024)
  client.terminate()
})

test('[W8] a socket has at most 100 subscriptions; one that ends makes room (attack D5)', async () => {
  const user = await app.createUser()
  const { client, call } = await open(user)
  const frames: { id: number; error?: { message: string; data: unknown }; result?: { type: string } }[] = []
  client.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString())))
  const last = (id: number) => frames.findLast((frame) => frame.id === id && frame.result?.type !== 'data')
  for (let id = 1; id <= 101; id += 1) call(id, 'subscription', 'activity.follow', undefined)
  await expect
    .poll(() => frames.find((frame) => frame.id === 101))
    .toMatchObject({
      error: { message: expect.stringContaining('Too many subscriptions'), data: { code: 'TOO_MANY_REQUESTS' } },
    })
  await expect.poll(() => last(100)?.result?.type).toBe('started')
  client.send(JSON.stringify({ id: 1, method: 'subscription.stop' }))
  await expect.poll(() => last(1)?.result?.type).toBe('stopped')
  call(102, 'subscription', 'activity.follow', undefined)
  await expect.poll(() => last(102)?.result?.type).toBe('started')
  client.terminate()
})
