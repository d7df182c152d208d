import type { AppRouter } from '@holdfast/server'
import { TRPCClientError, type Operation, type OperationResultEnvelope } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CarrierEvents, CreateCarrier } from './carrier.ts'
import { createSubscriptionLink } from './subscription-link.ts'
import { createTokenSource, SignedOutError } from './token-source.ts'

beforeEach(() => {
  vi.useFakeTimers()
  // In the middle: a delay is what it says.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

type Envelope = OperationResultEnvelope<unknown, TRPCClientError<AppRouter>>

interface FakeSubscription {
  readonly input: unknown
  readonly next: (envelope: Envelope) => void
  readonly error: (error: TRPCClientError<AppRouter>) => void
  isOpen: boolean
}

interface FakeCarrier {
  readonly kind: 'web-socket' | 'event-source'
  readonly events: CarrierEvents
  readonly subscriptions: FakeSubscription[]
  isAlive: boolean
  isClosed: boolean
}

async function createHarness(options: { fetchToken?: () => Promise<string>; isReachableOverHttp?: boolean } = {}) {
  const carriers: FakeCarrier[] = []
  const toFactory =
    (kind: FakeCarrier['kind']): CreateCarrier =>
    async ({ events }) => {
      const carrier: FakeCarrier = { kind, events, subscriptions: [], isAlive: true, isClosed: false }
      carriers.push(carrier)
      return {
        operate: ({ op }) =>
          observable((observer) => {
            const subscription: FakeSubscription = {
              input: op.input,
              next: (envelope) => observer.next(envelope),
              error: (error) => observer.error(error),
              isOpen: true,
            }
            carrier.subscriptions.push(subscription)
            return () => {
              subscription.isOpen = false
            }
          }),
        isAlive: async (timeoutMs) => {
          if (!carrier.isAlive) await new Promise((resolve) => setTimeout(resolve, timeoutMs))
          return carrier.isAlive
        },
        close: () => {
          carrier.isClosed = true
        },
      }
    }
  const device = { isOnline: true }
  const onSignedOut = vi.fn()
  const tokens = createTokenSource(options.fetchToken ?? (async () => 'token'))
  const line = createSubscriptionLink({
    tokens,
    createWebSocketCarrier: toFactory('web-socket'),
    createEventSourceCarrier: toFactory('event-source'),
    isReachableOverHttp: async () => options.isReachableOverHttp ?? false,
    canOpenWebSocket: async () => true,
    onSignedOut,
    isOnline: () => device.isOnline,
  })
  const operate = line.link({})
  const subscribe = (input: object = {}) => {
    const received: Envelope[] = []
    const errors: TRPCClientError<AppRouter>[] = []
    const operation: Operation = { id: 1, type: 'subscription', path: 'conversations.follow', input, context: {}, signal: null }
    const subscription = operate({ op: operation, next: () => observable(() => {}) }).subscribe({
      next: (envelope) => received.push(envelope),
      error: (error) => errors.push(error),
    })
    return { received, errors, unsubscribe: () => subscription.unsubscribe() }
  }
  const settle = () => vi.advanceTimersByTimeAsync(0)
  const newest = () => {
    const carrier = carriers.at(-1)
    if (!carrier) throw new Error('nothing was opened')
    return carrier
  }
  return { carriers, device, onSignedOut, line, subscribe, settle, newest }
}

const data = (id: string): Envelope => ({ result: { type: 'data', id, data: { id, data: [] } } as never })
const refusal = (code: string, httpStatus: number) =>
  TRPCClientError.from<AppRouter>({ error: { message: code, code: -32000, data: { code, httpStatus } } } as never)

async function open(harness: Awaited<ReturnType<typeof createHarness>>) {
  await harness.settle()
  harness.newest().events.onOpen()
  harness.newest().events.onHeard()
}

test('connects with the first subscription, and is live when something was heard through the open socket', async () => {
  const harness = await createHarness()
  expect(harness.carriers).toHaveLength(0)
  harness.subscribe()
  expect(harness.line.connection.get()).toEqual({ status: 'connecting' })
  await harness.settle()
  harness.newest().events.onOpen()
  expect(harness.line.connection.get()).toEqual({ status: 'connecting' })
  harness.newest().events.onHeard()
  expect(harness.line.connection.get()).toEqual({ status: 'live' })
})

test('a lost connection is made anew, and each subscription goes on from its own last event', async () => {
  const harness = await createHarness()
  harness.subscribe({ conversationId: 'a' })
  harness.subscribe({ conversationId: 'b', lastEventId: '7' })
  await open(harness)
  harness.newest().subscriptions[0]?.next(data('41'))
  harness.newest().subscriptions[0]?.next(data('42'))
  await vi.advanceTimersByTimeAsync(3_000)
  harness.newest().events.onLost({ unauthorized: false })
  expect(harness.line.connection.get()).toEqual({ status: 'reconnecting', retryAt: Date.now() + 250 })
  await vi.advanceTimersByTimeAsync(250)
  expect(harness.carriers).toHaveLength(2)
  expect(harness.newest().subscriptions.map(({ input }) => input)).toEqual([
    { conversationId: 'a', lastEventId: '42' },
    { conversationId: 'b', lastEventId: '7' },
  ])
  expect(harness.carriers[0]).toMatchObject({ isClosed: true, subscriptions: [{ isOpen: false }, { isOpen: false }] })
})

test('what an abandoned connection still says is not heard', async () => {
  const harness = await createHarness()
  const { received } = harness.subscribe()
  await open(harness)
  const old = harness.newest()
  old.events.onLost({ unauthorized: false })
  await vi.advanceTimersByTimeAsync(1_000)
  old.subscriptions[0]?.next(data('1'))
  old.events.onLost({ unauthorized: false })
  old.events.onOpen()
  expect(received).toEqual([])
  expect(harness.carriers).toHaveLength(2)
})

test('a connection that opens and breaks at once is tried less and less often', async () => {
  const harness = await createHarness()
  harness.subscribe()
  const delays: number[] = []
  for (let turn = 0; turn < 5; turn += 1) {
    await open(harness)
    harness.newest().events.onLost({ unauthorized: false })
    const state = harness.line.connection.get()
    const delay = state.status === 'reconnecting' && state.retryAt !== null ? state.retryAt - Date.now() : -1
    delays.push(delay)
    await vi.advanceTimersByTimeAsync(delay)
  }
  expect(delays).toEqual([250, 500, 1000, 2000, 4000])
})

test('after a connection that held for a while the next one is tried at once, whatever was before', async () => {
  const harness = await createHarness()
  harness.subscribe()
  for (let turn = 0; turn < 5; turn += 1) {
    await open(harness)
    harness.newest().events.onLost({ unauthorized: false })
    harness.line.connection.retryNow()
  }
  await open(harness)
  await vi.advanceTimersByTimeAsync(2_000)
  harness.newest().events.onLost({ unauthorized: false })
  expect(harness.line.connection.get()).toEqual({ status: 'reconnecting', retryAt: Date.now() + 250 })
})

test('"try now" does not wait for the next turn', async () => {
  const harness = await createHarness()
  harness.subscribe()
  await open(harness)
  for (let turn = 0; turn < 4; turn += 1) {
    harness.newest().events.onLost({ unauthorized: false })
    harness.line.connection.retryNow()
    await harness.settle()
  }
  expect(harness.carriers).toHaveLength(5)
})

test('a socket that does not open in 4 seconds is given up', async () => {
  const harness = await createHarness()
  harness.subscribe()
  await harness.settle()
  await vi.advanceTimersByTimeAsync(4_000)
  expect(harness.carriers[0]?.isClosed).toBe(true)
  expect(harness.line.connection.get().status).toBe('reconnecting')
})

test('two sockets that fail while the server answers over HTTP: server-sent events take over', async () => {
  const harness = await createHarness({ isReachableOverHttp: true })
  harness.subscribe({ conversationId: 'a' })
  await harness.settle()
  harness.newest().events.onLost({ unauthorized: false })
  await vi.advanceTimersByTimeAsync(250)
  expect(harness.newest().kind).toBe('web-socket')
  harness.newest().events.onLost({ unauthorized: false })
  await harness.settle()
  expect(harness.newest().kind).toBe('event-source')
  await open(harness)
  expect(harness.line.connection.get()).toEqual({ status: 'live' })
})

test('two sockets that open and break before a word came through: server-sent events take over', async () => {
  const harness = await createHarness({ isReachableOverHttp: true })
  harness.subscribe()
  for (const kind of ['web-socket', 'web-socket']) {
    await harness.settle()
    expect(harness.newest().kind).toBe(kind)
    harness.newest().events.onOpen()
    harness.newest().events.onLost({ unauthorized: false })
    await vi.advanceTimersByTimeAsync(250)
  }
  await harness.settle()
  expect(harness.newest().kind).toBe('event-source')
})

test('sockets that fail because the server is down are no reason to change the way', async () => {
  const harness = await createHarness({ isReachableOverHttp: false })
  harness.subscribe()
  await harness.settle()
  for (let turn = 0; turn < 6; turn += 1) {
    harness.newest().events.onLost({ unauthorized: false })
    await vi.advanceTimersByTimeAsync(20_000)
  }
  expect(new Set(harness.carriers.map(({ kind }) => kind))).toEqual(new Set(['web-socket']))
})

test('a socket that is open but silent for 8 seconds is swallowed by something in between', async () => {
  const harness = await createHarness({ isReachableOverHttp: true })
  harness.subscribe()
  await harness.settle()
  harness.newest().events.onOpen()
  await vi.advanceTimersByTimeAsync(11_000)
  expect(harness.newest().kind).toBe('event-source')
})

test('from server-sent events it goes back to a socket when one gets through, minutes later', async () => {
  const harness = await createHarness({ isReachableOverHttp: true })
  const { received } = harness.subscribe({ conversationId: 'a' })
  await harness.settle()
  await vi.advanceTimersByTimeAsync(4_000)
  await open(harness)
  const switchedTo = () => harness.carriers.length > 2
  for (let seconds = 0; seconds < 400 && !switchedTo(); seconds += 1) {
    if (seconds % 10 === 0) harness.newest().subscriptions[0]?.next(data(String(received.length + 1)))
    await vi.advanceTimersByTimeAsync(1_000)
  }
  expect(harness.carriers.map(({ kind }) => kind)).toEqual(['web-socket', 'event-source', 'web-socket'])
  expect(harness.newest().subscriptions[0]?.input).toEqual({ conversationId: 'a', lastEventId: String(received.length) })
})

test('a half-open socket is found within 20 seconds: it does not answer when asked', async () => {
  const harness = await createHarness()
  harness.subscribe()
  await open(harness)
  harness.newest().isAlive = false
  await vi.advanceTimersByTimeAsync(20_000)
  expect(harness.carriers).toHaveLength(2)
})

test('after waking up a dead socket is found within 3 seconds, and a living one is kept', async () => {
  const harness = await createHarness()
  harness.subscribe()
  await open(harness)
  harness.line.check()
  await vi.advanceTimersByTimeAsync(3_000)
  expect(harness.carriers).toHaveLength(1)
  harness.newest().isAlive = false
  harness.line.check()
  await vi.advanceTimersByTimeAsync(3_000)
  expect(harness.carriers).toHaveLength(2)
})

test('a follow that hears nothing for 30 seconds connects again, although the socket lives', async () => {
  const harness = await createHarness()
  harness.subscribe()
  await open(harness)
  const signs = setInterval(() => harness.newest().events.onHeard(), 5_000)
  await vi.advanceTimersByTimeAsync(28_000)
  expect(harness.carriers).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(6_000)
  clearInterval(signs)
  expect(harness.carriers).toHaveLength(2)
})

test('heartbeats keep a quiet follow where it is', async () => {
  const harness = await createHarness()
  harness.subscribe()
  await open(harness)
  const heartbeats = setInterval(() => {
    harness.newest().events.onHeard()
    harness.newest().subscriptions[0]?.next(data('5'))
  }, 15_000)
  await vi.advanceTimersByTimeAsync(180_000)
  clearInterval(heartbeats)
  expect(harness.carriers).toHaveLength(1)
})

test('without network the state is offline, but a server that answers all the same is live', async () => {
  const harness = await createHarness()
  harness.subscribe()
  await open(harness)
  harness.device.isOnline = false
  harness.line.check()
  await vi.advanceTimersByTimeAsync(3_000)
  expect(harness.line.connection.get()).toEqual({ status: 'live' })
  harness.newest().isAlive = false
  harness.line.check()
  await vi.advanceTimersByTimeAsync(3_000)
  expect(harness.line.connection.get()).toEqual({ status: 'offline' })
})

test('a refusal goes to whoever subscribed, and the others go on', async () => {
  const harness = await createHarness()
  const { errors } = harness.subscribe({ conversationId: 'missing' })
  const other = harness.subscribe({ conversationId: 'there' })
  await open(harness)
  harness.newest().subscriptions[0]?.error(refusal('NOT_FOUND', 404))
  harness.newest().subscriptions[1]?.next(data('1'))
  expect(errors.map((error) => error.data?.code)).toEqual(['NOT_FOUND'])
  expect(other.received).toHaveLength(1)
  expect(harness.carriers).toHaveLength(1)
})

test('an error of the server is no end: the subscription comes again, alone', async () => {
  const harness = await createHarness()
  const { errors } = harness.subscribe({ conversationId: 'a' })
  harness.subscribe({ conversationId: 'b' })
  await open(harness)
  harness.newest().subscriptions[0]?.next(data('3'))
  harness.newest().subscriptions[0]?.error(refusal('INTERNAL_SERVER_ERROR', 500))
  await vi.advanceTimersByTimeAsync(250)
  expect(errors).toEqual([])
  expect(harness.carriers).toHaveLength(1)
  expect(harness.newest().subscriptions.map(({ input }) => input)).toEqual([
    { conversationId: 'a' },
    { conversationId: 'b' },
    { conversationId: 'a', lastEventId: '3' },
  ])
})

test('a refused token is replaced; only when the new one is refused too is a person told, and once', async () => {
  let n = 0
  const harness = await createHarness({ fetchToken: async () => `token-${(n += 1)}` })
  harness.subscribe()
  await open(harness)
  harness.newest().subscriptions[0]?.error(refusal('UNAUTHORIZED', 401))
  await vi.advanceTimersByTimeAsync(1_000)
  expect([n, harness.carriers.length, harness.onSignedOut.mock.calls.length]).toEqual([2, 2, 0])
  harness.newest().events.onLost({ unauthorized: true })
  await vi.advanceTimersByTimeAsync(30_000)
  harness.newest().events.onLost({ unauthorized: true })
  await vi.advanceTimersByTimeAsync(30_000)
  expect(harness.onSignedOut).toHaveBeenCalledTimes(1)
})

test('a session that has ended is told once, and the line comes back when somebody signs in', async () => {
  let isSignedIn = false
  const harness = await createHarness({
    fetchToken: async () => {
      if (!isSignedIn) throw new SignedOutError('ended')
      return 'token'
    },
  })
  harness.subscribe()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(harness.onSignedOut).toHaveBeenCalledTimes(1)
  isSignedIn = true
  harness.line.restart()
  await open(harness)
  expect(harness.line.connection.get()).toEqual({ status: 'live' })
})

test('a session that is ended while the socket is open is told too', async () => {
  let isSignedIn = true
  let n = 0
  const harness = await createHarness({
    fetchToken: async () => {
      if (!isSignedIn) throw new SignedOutError('ended')
      return `token-${(n += 1)}`
    },
  })
  harness.subscribe()
  await open(harness)
  isSignedIn = false
  harness.newest().events.onLost({ unauthorized: true })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(harness.onSignedOut).toHaveBeenCalledTimes(1)
})

test('when nobody follows anything any more, the connection is let go', async () => {
  const harness = await createHarness()
  const { unsubscribe } = harness.subscribe()
  await open(harness)
  unsubscribe()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(harness.newest().isClosed).toBe(false)
  await vi.advanceTimersByTimeAsync(25_000)
  expect(harness.newest().isClosed).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})
