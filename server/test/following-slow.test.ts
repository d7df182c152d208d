import type { Message } from '@holdfast/shared'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import { pruneLogs } from '../src/event-log/log-janitor.ts'
import { catchUp } from './catch-up.ts'
import { connect, createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow, type Follower } from './follow.ts'
import { createGate, type Answer } from '../testing/scripted-provider/index.ts'
import { send } from './send.ts'

let app: TestApp
/** The server's ends of all sockets. */
const serverSockets: WebSocket[] = []

beforeAll(async () => {
  const emit = vi.spyOn(WebSocketServer.prototype, 'emit')
  emit.mockImplementation(function (this: WebSocketServer, name: string | symbol, ...values: unknown[]) {
    if (name === 'connection') serverSockets.push(values[0] as WebSocket)
    return originalEmit.call(this, name, ...values)
  })
  app = await createTestApp()
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  vi.restoreAllMocks()
})
const originalEmit = WebSocketServer.prototype.emit

/** The bytes that the server may keep in a socket that no client reads: its own bound, and one batch that was begun below it. */
const maxBufferedBytes = 2 * 256 * 1024 + 64 * 1024

/** Three bytes each: an answer has a limit of characters, and all answers together are more than the sockets of a machine hold. */
const piece = '字'.repeat(8 * 1024)
const pieces = 112
const answers = 3
const answerLength = 6 + piece.length * pieces

/** Almost 3 MB, as fast as they are taken, after the gate has opened. */
function flood(opened: Promise<void>): Answer {
  return async (reply) => {
    await reply.tokens(['start '])
    await reply.until(opened)
    for (let sent = 0; sent < pieces; sent += 8) await reply.tokens(Array.from({ length: 8 }, () => piece))
    await reply.finish()
  }
}

const lengthOf = (message: Message | undefined) => message?.content.length ?? 0

/** The first answer goes on, and others follow it. Resolves with the id of the last one when all have ended. */
async function flow(user: TestUser, conversationId: string, gate: { readonly open: () => void }): Promise<string> {
  gate.open()
  let last = ''
  await untilAtRest(user, conversationId)
  for (let count = 1; count < answers; count += 1) {
    app.provider.script(flood(Promise.resolve()))
    last = (await send(user, 'more', { conversationId })).assistantMessageId
    await untilAtRest(user, conversationId)
  }
  return last
}

interface Reader {
  readonly reader: Follower
  readonly pause: () => void
  readonly resume: () => void
}

async function join(user: TestUser, conversationId: string): Promise<Reader> {
  const own = connect(app.url, user.token)
  const reader = follow(own.client, conversationId)
  await reader.until(({ conversation }) => conversation !== null)
  const [socket] = own.sockets()
  return { reader, pause: () => socket?.pause(), resume: () => socket?.resume() }
}

async function untilAtRest(user: TestUser, conversationId: string): Promise<void> {
  const isActive = async () => (await user.client.messages.status.query({ conversationId })).hasActiveGeneration
  await expect.poll(isActive, { timeout: 60_000 }).toBe(false)
}

/** Watches what waits in the server's sockets until `done` resolves. */
async function watchBuffers(done: Promise<unknown>): Promise<number> {
  let highest = 0
  const look = () => {
    for (const socket of serverSockets) highest = Math.max(highest, socket.bufferedAmount)
  }
  const timer = setInterval(look, 1)
  await done.finally(() => clearInterval(timer))
  look()
  return highest
}

afterEach(() => {
  for (const socket of serverSockets.splice(0)) socket.terminate()
})

describe('five readers that stop reading', () => {
  test('[C8] cost the server next to nothing, do not slow a sixth one, and have everything once they read again', async () => {
    const user = await app.createUser()
    const gate = createGate()
    app.provider.script(flood(gate.opened))
    const { conversationId, assistantMessageId: id } = await send(user, 'one')
    const paused = await Promise.all(Array.from({ length: 5 }, () => join(user, conversationId)))
    const { reader: attentive } = await join(user, conversationId)
    for (const { reader } of [...paused, { reader: attentive }]) await reader.until(() => lengthOf(reader.message(id)) === 6)
    for (const { pause } of paused) pause()
    const flowed = flow(user, conversationId, gate)
    const ended = flowed.then((last) => attentive.until(() => attentive.message(last)?.status === 'completed'))
    expect(await watchBuffers(ended)).toBeLessThan(maxBufferedBytes)
    const last = await flowed
    for (const answer of [id, last]) expect(lengthOf(attentive.message(answer))).toBe(answerLength)
    for (const { reader } of paused) expect(reader.message(last)).toBeUndefined()

    for (const { resume } of paused) resume()
    const all = Promise.all(paused.map(({ reader }) => reader.until(() => reader.message(last)?.status === 'completed')))
    expect(await watchBuffers(all)).toBeLessThan(maxBufferedBytes)
    for (const { reader } of paused) {
      for (const answer of [id, last]) expect(reader.message(answer)).toEqual(attentive.message(answer))
      const seqs = reader.batches.flat().map(({ seq }) => seq)
      expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index))
      reader.stop()
    }
    attentive.stop()
  })

  test('for so long that what they miss is pruned get a snapshot', async () => {
    const user = await app.createUser()
    const gate = createGate()
    app.provider.script(flood(gate.opened))
    const { conversationId, assistantMessageId: id } = await send(user, 'one')
    const { reader, pause, resume } = await join(user, conversationId)
    await reader.until(() => lengthOf(reader.message(id)) === 6)
    pause()
    const last = await flow(user, conversationId, gate)
    await pruneLogs(app.database, 0)
    resume()
    await reader.until(() => reader.message(last)?.status === 'completed')
    const { messages, conversation } = await catchUp(user, reader, { conversationId })
    expect(messages.map((message) => reader.message(message.id))).toEqual(messages)
    expect(reader.state().conversation).toEqual(conversation)
    expect(reader.batches.flat().filter(({ event }) => event.type === 'snapshot').length).toBe(2)
    reader.stop()
  })

  test('of a conversation that is deleted for good meanwhile are let go', async () => {
    const user = await app.createUser()
    const gate = createGate()
    app.provider.script(flood(gate.opened))
    const { conversationId, assistantMessageId: id } = await send(user, 'one')
    const { reader, pause, resume } = await join(user, conversationId)
    await reader.until(() => lengthOf(reader.message(id)) === 6)
    pause()
    await flow(user, conversationId, gate)
    await user.client.conversations.delete.mutate({ conversationId, permanent: true })
    resume()
    await reader.ended.catch(() => {})
    await expect(user.client.conversations.get.query({ conversationId })).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } })
  })
})
