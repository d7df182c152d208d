import { randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { connect, createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { tokens, tokensText } from '../testing/scripted-provider/index.ts'
import { follow } from './follow.ts'
import { ask, send } from './send.ts'

let app: TestApp
let user: TestUser
let conversationId: string
/** `stoppedAtMs`: it shows this time however slow the machine is. */
const clock = { stoppedAtMs: null as number | null, now: () => new Date(clock.stoppedAtMs ?? Date.now()) }
const sockets: WebSocket[] = []

beforeAll(async () => {
  app = await createTestApp({ model: 'Hi', overrides: { clock } })
  user = await app.createUser()
  conversationId = (await ask(user, 'q')).conversationId
})
afterEach(() => {
  vi.restoreAllMocks()
  clock.stoppedAtMs = null
  for (const socket of sockets.splice(0)) socket.terminate()
})
afterAll(() => app[Symbol.asyncDispose]())

/** Lets the server's timers of these lengths end soon: what they wait for is tested, not the time. */
function shortenTimers(...lengthsMs: readonly number[]) {
  const original = globalThis.setTimeout
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms?: number) =>
    original(run, ms !== undefined && lengthsMs.includes(ms) ? 50 : ms)) as typeof setTimeout)
}

const reconnect = { id: null, method: 'reconnect' }

/** A socket as a program in any language has it: frames in, frames out. */
async function openSocket(url = app.url) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/trpc?connectionParams=1`)
  sockets.push(socket)
  const frames: unknown[] = []
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const check of waiting) check()
  }
  socket.on('message', (data: Buffer) => {
    const frame = data.toString()
    frames.push(frame.startsWith('P') ? frame : JSON.parse(frame))
    wake()
  })
  const closed = new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)))
  await new Promise((resolve) => socket.once('open', resolve))
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!condition()) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
    })
  return {
    frames,
    closed,
    send: (frame: unknown) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    untilFrames: (count: number) => until(() => frames.length >= count),
    untilFrame: (frame: unknown) => until(() => frames.some((one) => JSON.stringify(one) === JSON.stringify(frame))),
  }
}

async function openWithToken(url = app.url, token = user.token) {
  const socket = await openSocket(url)
  socket.send({ method: 'connectionParams', data: { token } })
  return socket
}

const subscription = (id: number, input: unknown) => ({
  id,
  method: 'subscription',
  params: { path: 'conversations.follow', input },
})
const notFound = { code: -32004, data: { code: 'NOT_FOUND', httpStatus: 404 } }

describe('frames on a WebSocket', () => {
  test('[W1] [W2] [W3] a token, a subscription, its items with their cursors, and its end', async () => {
    const socket = await openWithToken()
    const { cursor } = await user.client.conversations.get.query({ conversationId })
    const before = String(Number(cursor) - 1)
    socket.send(subscription(1, { conversationId, lastEventId: before }))
    await socket.untilFrames(2)
    expect(socket.frames).toEqual([
      { id: 1, result: { type: 'started' } },
      {
        id: 1,
        result: {
          type: 'data',
          id: cursor,
          data: { id: cursor, data: [expect.objectContaining({ seq: Number(cursor), event: expect.anything() })] },
        },
      },
    ])
    socket.send({ id: 1, method: 'subscription.stop' })
    await socket.untilFrames(3)
    expect(socket.frames[2]).toEqual({ id: 1, result: { type: 'stopped' } })
  })

  test('[W4] a refused subscription says why and stops; the others continue', async () => {
    const socket = await openWithToken()
    socket.send(subscription(1, { conversationId: randomUUID() }))
    await socket.untilFrames(3)
    expect(socket.frames).toEqual([
      { id: 1, result: { type: 'started' } },
      {
        id: 1,
        error: { message: 'Conversation not found', ...notFound, data: { ...notFound.data, path: 'conversations.follow' } },
      },
      { id: 1, result: { type: 'stopped' } },
    ])
    socket.send(subscription(2, { conversationId }))
    await socket.untilFrames(5)
    expect(socket.frames[4]).toMatchObject({ id: 2, result: { data: { data: [{ event: { type: 'snapshot' } }] } } })
  })

  test('[W5] PING is answered by PONG, and a client that does not answer one within 10 s is dropped (attack D11)', async () => {
    const socket = await openWithToken()
    socket.send('PING')
    await socket.untilFrames(1)
    // A frame from the client restarts the wait for the next PING.
    shortenTimers(20_000, 10_000)
    socket.send('PING')
    await socket.untilFrames(3)
    expect(socket.frames).toEqual(['PONG', 'PONG', 'PING'])
    expect(await socket.closed).toBe(1006)
  })

  test('[W6] a server that stops asks to come again, and closes with 1012', async () => {
    await using other = await createTestApp()
    const guest = await other.createUser()
    const socket = await openWithToken(other.url, guest.token)
    socket.send('PING')
    await socket.untilFrames(1)
    await Promise.all([other.app.close(), socket.closed])
    expect(socket.frames).toContainEqual({ id: null, method: 'reconnect' })
    expect(await socket.closed).toBe(1012)
  })

  test('[W6] a socket that was asked to move is sent nothing more of its streams', async () => {
    const { exp = 0 } = decodeJwt(user.token)
    const chat = (await ask(user, 'q')).conversationId
    clock.stoppedAtMs = exp * 1_000 - 45_500
    const left = await openWithToken()
    left.send(subscription(1, { conversationId: chat }))
    await left.untilFrame(reconnect)
    const { length } = left.frames
    const { cursor } = await user.client.conversations.get.query({ conversationId: chat })
    const next = await openWithToken()
    next.send(subscription(1, { conversationId: chat, lastEventId: cursor }))
    await user.client.conversations.update.mutate({ conversationId: chat, title: 'Another title' })
    await next.untilFrames(3)
    left.send('PING')
    await left.untilFrames(length + 1)
    expect(left.frames.slice(length)).toEqual(['PONG'])
    left.send({ id: 1, method: 'subscription.stop' })
    await left.untilFrames(length + 2)
    expect(left.frames.at(-1)).toEqual({ id: 1, result: { type: 'stopped' } })
  })

  test('[W6] a socket that does not move within 15 s is closed with 1012', async () => {
    const { exp = 0 } = decodeJwt(user.token)
    shortenTimers(15_000)
    clock.stoppedAtMs = exp * 1_000 - 45_500
    const socket = await openWithToken()
    expect(await socket.closed).toBe(1012)
    expect(socket.frames).toContainEqual(reconnect)
  })

  test('[C7] [W6] moves of tRPC’s own client in mid-answer doubled records (chaos, deploy, seed 1025)', async () => {
    app.provider.script(tokens(900, { perSecond: 450 }))
    const { exp = 0 } = decodeJwt(user.token)
    clock.stoppedAtMs = exp * 1_000 - 45_200
    let sockets = 0
    const mover = connect(app.url, user.token, async () => {
      sockets += 1
      return user.token
    })
    onTestFinished(() => mover.close())
    const sent = await send(user, 'long')
    const reader = follow(mover.client, sent.conversationId)
    await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
    const records = reader.batches.flat().filter(({ event }) => event.type !== 'snapshot')
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => (records[0]?.seq ?? 0) + index))
    expect(reader.message(sent.assistantMessageId)?.content).toBe(tokensText(900))
    expect(sockets).toBeGreaterThan(1)
    reader.stop()
  })

  test('[S4] [W6] a socket is asked to come again 45 s before its token ends, and is closed with 4401 at its end', async () => {
    const { exp = 0 } = decodeJwt(user.token)
    const openSecondsBeforeTheEnd = async (seconds: number) => {
      clock.stoppedAtMs = (exp - seconds) * 1_000
      const socket = await openWithToken()
      socket.send(subscription(1, { conversationId }))
      return socket
    }
    const early = await openSecondsBeforeTheEnd(90)
    await early.untilFrames(2)
    const due = await openSecondsBeforeTheEnd(45.5)
    await due.untilFrame(reconnect)
    expect(early.frames).not.toContainEqual(reconnect)
    const late = await openSecondsBeforeTheEnd(3)
    expect(await late.closed).toBe(4401)
    expect(late.frames).toContainEqual(reconnect)
  })

  test('[S6] a socket without a valid token is closed after 5 s (attack D3)', async () => {
    shortenTimers(5_000)
    const silent = await openSocket()
    const odd = await openSocket()
    odd.send({ method: 'connectionParams', data: { token: 'no token' } })
    expect([await silent.closed, await odd.closed]).toEqual([4401, 4401])
  })
})

describe('frames of server-sent events', () => {
  async function open(input: unknown, token: string | null = user.token, path = 'conversations.follow') {
    const aborting = new AbortController()
    const response = await fetch(`${app.url}/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`, {
      headers: { accept: 'text/event-stream', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      signal: aborting.signal,
    })
    if (!response.body) throw new Error('there is no body')
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    return {
      status: response.status,
      /** The frames until one of them begins so, without the blank lines between them. */
      readTo: async (start: string): Promise<string[]> => {
        for (;;) {
          const frames = text.split('\n\n').map((frame) => frame.trim())
          const last = frames.slice(0, -1).findIndex((frame) => frame.startsWith(start))
          if (last >= 0) return frames.slice(0, last + 1).filter((frame) => frame !== '')
          const { value, done } = await reader.read()
          if (done) throw new Error(`it ended after ${text}`)
          text += value
        }
      },
      [Symbol.dispose]: () => aborting.abort(),
    }
  }

  test('[V1] [V2] a beginning, items with their cursors, and an end', async () => {
    const { id } = await user.client.conversations.create.mutate({ title: 'one' })
    await user.client.conversations.update.mutate({ conversationId: id, title: 'two' })
    using stream = await open({ conversationId: id, lastEventId: '0' })
    const [connected, item] = await stream.readTo('data: [{"seq":1,')
    await user.client.conversations.delete.mutate({ conversationId: id })
    const rest = await stream.readTo('event: return')
    expect(stream.status).toBe(200)
    expect(connected).toBe('event: connected\ndata: {"reconnectAfterInactivityMs":30000}')
    expect(item).toMatch(/^data: \[\{"seq":1,.*\}\]\nid: \d+$/u)
    expect(rest.at(-1)).toMatch(/^event: return/u)
  })

  test('[V3] a refusal is an event in a stream with status 200', async () => {
    for (const [input, token, code] of [
      [{ conversationId: randomUUID() }, user.token, 'NOT_FOUND'],
      [{ conversationId }, null, 'UNAUTHORIZED'],
      [{ conversationId }, 'no token', 'UNAUTHORIZED'],
    ] as const) {
      using stream = await open(input, token)
      const frames = await stream.readTo('event: serialized-error')
      expect([stream.status, frames.at(-1)]).toEqual([200, expect.stringContaining(`"code":"${code}"`)])
    }
  })
  test('[V5] one stream carries several subscriptions, and the end or refusal of one leaves the others', async () => {
    const { id } = await user.client.conversations.create.mutate({ title: 'one' })
    const subscriptions = [
      { key: 'mine', path: 'conversations.follow', input: { conversationId: id, lastEventId: '0' } },
      { key: 'lists', path: 'activity.follow' },
      { key: 'none', path: 'conversations.follow', input: { conversationId: randomUUID() } },
      { key: 'odd', path: 'conversations.follow', input: { conversationId: 7 } },
    ]
    using stream = await open({ subscriptions }, user.token, 'stream.follow')
    for (const key of ['odd', 'none', 'lists', 'mine']) await stream.readTo(`data: {"key":"${key}"`)
    await user.client.conversations.delete.mutate({ conversationId: id, permanent: true })
    const frames = (await stream.readTo('data: {"key":"mine","type":"end"}')).join('\n')
    expect(frames).toMatch(/"key":"none","type":"error","error":\{"message":"[^"]+","code":-32004,"data":\{"code":"NOT_FOUND"/u)
    expect(frames).toMatch(/"key":"odd","type":"error","error":\{.*"code":"BAD_REQUEST".*"issues":\[\{"path":"conversationId"/u)
    expect(frames).toContain('"type":"conversation-deleted"')
  })
})
