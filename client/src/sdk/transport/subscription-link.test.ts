import type { AppRouter } from '@holdfast/server'
import { TRPCClientError, type Operation, type OperationResultEnvelope } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { TransportEvents, CreateTransport } from './transport.ts'
import { createSubscriptionLink } from './subscription-link.ts'
import { createTokenSource, GuestRefusedError, SignedOutError } from './token-source.ts'

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

interface FakeTransport {
  readonly kind: 'web-socket' | 'event-source'
  readonly events: TransportEvents
  readonly subscriptions: FakeSubscription[]
  isAlive: boolean
  isClosed: boolean
}

async function createHarness(options: { fetchToken?: () => Promise<string>; isReachableOverHttp?: boolean } = {}) {
  const transports: FakeTransport[] = []
  const toFactory =
    (kind: FakeTransport['kind']): CreateTransport =>
    async ({ events }) => {
      const transport: FakeTransport = { kind, events, subscriptions: [], isAlive: true, isClosed: false }
      transports.push(transport)
      return {
        operate: ({ op }) =>
          observable((observer) => {
            const subscription: FakeSubscription = {
              input: op.input,
              next: (envelope) => observer.next(envelope),
              error: (error) => observer.error(error),
              isOpen: true,
            }
            transport.subscriptions.push(subscription)
            return () => {
              subscription.isOpen = false
            }
          }),
        isAlive: async (timeoutMs) => {
          if (!transport.isAlive) await new Promise((resolve) => setTimeout(resolve, timeoutMs))
          return transport.isAlive
        },
        close: () => {
          transport.isClosed = true
        },
      }
    }
  const device = { isOnline: true }
  const onSignedOut = vi.fn()
  const tokens = createTokenSource(options.fetchToken ?? (async () => 'token'))
  const subscriptions = createSubscriptionLink({
    tokens,
    createWebSocketTransport: toFactory('web-socket'),
    createEventSourceTransport: toFactory('event-source'),
    isReachableOverHttp: async () => options.isReachableOverHttp ?? false,
    canOpenWebSocket: async () => true,
    onSignedOut,
    isOnline: () => device.isOnline,
    hiddenSince: () => Number.POSITIVE_INFINITY,
    report: () => {},
  })
  const operate = subscriptions.link({})
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
    const transport = transports.at(-1)
    if (!transport) throw new Error('nothing was opened')
    return transport
  }
  return { transports, device, onSignedOut, subscriptions, subscribe, settle, newest }
}

const data = (id: string): Envelope => ({ result: { type: 'data', id, data: { id, data: [] } } as never })
const refusal = (code: string, httpStatus: number) =>
  TRPCClientError.from<AppRouter>({ error: { message: code, code: -32000, data: { code, httpStatus } } } as never)

async function open(harness: Awaited<ReturnType<typeof createHarness>>) {
  await harness.settle()
  harness.newest().events.onOpen()
  harness.newest().events.onHeard()
}

test('[N2] connects with the first subscription, and is live when something was heard through the open socket', async () => {
  const harness = await createHarness()
  expect(harness.transports).toHaveLength(0)
  harness.subscribe()
  expect(harness.subscriptions.connection.get()).toEqual({ status: 'connecting' })
  await harness.settle()
  harness.newest().events.onOpen()
  expect(harness.subscriptions.connection.get()).toEqual({ status: 'connecting' })
  harness.newest().events.onHeard()
  expect(harness.subscriptions.connection.get()).toEqual({ status: 'live' })
})

test('[C7] a lost connection is replaced, and each subscription resumes from its own last event', async () => {
  const harness = await createHarness()
  harness.subscribe({ conversationId: 'a' })
  harness.subscribe({ conversationId: 'b', lastEventId: '7' })
  await open(harness)
  harness.newest().subscriptions[0]?.next(data('41'))
  harness.newest().subscriptions[0]?.next(data('42'))
  await vi.advanceTimersByTimeAsync(3_000)
  harness.newest().events.onLost({ unauthorized: false })
  expect(harness.subscriptions.connection.get()).toEqual({ status: 'reconnecting', retryAt: Date.now() + 250 })
  await vi.advanceTimersByTimeAsync(250)
  expect(harness.transports).toHaveLength(2)
  expect(harness.newest().subscriptions.map(({ input }) => input)).toEqual([
    { conversationId: 'a', lastEventId: '42' },
    { conversationId: 'b', lastEventId: '7' },
  ])
  expect(harness.transports[0]).toMatchObject({ isClosed: true, subscriptions: [{ isOpen: false }, { isOpen: false }] })
})

test('events of an abandoned connection are ignored', async () => {
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
  expect(harness.transports).toHaveLength(2)
})

test('[N2] a connection that opens and breaks immediately is retried less and less often', async () => {
  const harness = await createHarness()
  harness.subscribe()
  const delays: number[] = []
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await open(harness)
    harness.newest().events.onLost({ unauthorized: false })
    const state = harness.subscriptions.connection.get()
    const delay = state.status === 'reconnecting' && state.retryAt !== null ? state.retryAt - Date.now() : -1
    delays.push(delay)
    await vi.advanceTimersByTimeAsync(delay)
  }
  expect(delays).toEqual([250, 500, 1000, 2000, 4000])
})

test('after a stable connection the backoff starts from the beginning', async () => {
  const harness = await createHarness()
  harness.subscribe()
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await open(harness)
    harness.newest().events.onLost({ unauthorized: false })
    harness.subscriptions.connection.retryNow()
  }
  await open(harness)
  await vi.advanceTimersByTimeAsync(2_000)
  harness.newest().events.onLost({ unauthorized: false })
  expect(harness.subscriptions.connection.get()).toEqual({ status: 'reconnecting', retryAt: Date.now() + 250 })
})

test('"try now" does not wait for the retry', async () => {
  const harness = await createHarness()
  harness.subscribe()
  await open(harness)
  for (let attempt = 0; attempt < 4; attempt += 1) {
    harness.newest().events.onLost({ unauthorized: false })
    harness.subscriptions.connection.retryNow()
    await harness.settle()
  }
  expect(harness.transports).toHaveLength(5)
})

test('[N3] a socket that does not open in 4 seconds is given up', async () => {
  const harness = await createHarness()
  harness.subscribe()
  await harness.settle()
  await vi.advanceTimersByTimeAsync(4_000)
  expect(harness.transports[0]?.isClosed).toBe(true)
  expect(harness.subscriptions.connection.get().status).toBe('reconnecting')
})

test('[N4] two sockets that fail while the server answers over HTTP: server-sent events take over', async () => {
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
  expect(harness.subscriptions.connection.get()).toEqual({ status: 'live' })
})

test('two sockets that open and break before anything was heard: server-sent events take over', async () => {
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

test('sockets that fail because the server is down do not change the transport', async () => {
  const harness = await createHarness({ isReachableOverHttp: false })
  harness.subscribe()
  await harness.settle()
  for (let attempt = 0; attempt < 6; attempt += 1) {
    harness.newest().events.onLost({ unauthorized: false })
    await vi.advanceTimersByTimeAsync(20_000)
  }
  expect(new Set(harness.transports.map(({ kind }) => kind))).toEqual(new Set(['web-socket']))
})

test('[N3] a socket that is open but silent for 8 seconds gives way to server-sent events', async () => {
  const harness = await createHarness({ isReachableOverHttp: true })
  harness.subscribe()
  await harness.settle()
  harness.newest().events.onOpen()
  await vi.advanceTimersByTimeAsync(11_000)
  expect(harness.newest().kind).toBe('event-source')
})

test('[N4] server-sent events give way to a socket when one gets through, minutes later', async () => {
  const harness = await createHarness({ isReachableOverHttp: true })
  const { received } = harness.subscribe({ conversationId: 'a' })
  await harness.settle()
  await vi.advanceTimersByTimeAsync(4_000)
  await open(harness)
  const switchedTo = () => harness.transports.length > 2
  for (let seconds = 0; seconds < 400 && !switchedTo(); seconds += 1) {
    if (seconds % 10 === 0) harness.newest().subscriptions[0]?.next(data(String(received.length + 1)))
    await vi.advanceTimersByTimeAsync(1_000)
  }
  expect(harness.transports.map(({ kind }) => kind)).toEqual(['web-socket', 'event-source', 'web-socket'])
  expect(harness.newest().subscriptions[0]?.input).toEqual({ conversationId: 'a', lastEventId: String(received.length) })
})

test('a half-open socket is found within 20 seconds: it does not answer a ping', async () => {
  const harness = await createHarness()
  harness.subscribe()
  await open(harness)
  harness.newest().isAlive = false
  await vi.advanceTimersByTimeAsync(20_000)
  expect(harness.transports).toHaveLength(2)
})

test('[N5] after a wakeup a dead socket is found within 3 seconds, and a working one is kept', async () => {
  const harness = await createHarness()
  harness.subscribe()
  await open(harness)
  harness.subscriptions.check()
  await vi.advanceTimersByTimeAsync(3_000)
  expect(harness.transports).toHaveLength(1)
  harness.newest().isAlive = false
  harness.subscriptions.check()
  await vi.advanceTimersByTimeAsync(3_000)
  expect(harness.transports).toHaveLength(2)
})

test('[C5] a subscription that hears nothing for 30 seconds reconnects, although the socket works', async () => {
  const harness = await createHarness()
  harness.subscribe()
  await open(harness)
  const signs = setInterval(() => harness.newest().events.onHeard(), 5_000)
  await vi.advanceTimersByTimeAsync(28_000)
  expect(harness.transports).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(6_000)
  clearInterval(signs)
  expect(harness.transports).toHaveLength(2)
})

test('heartbeats keep a quiet subscription on its connection', async () => {
  const harness = await createHarness()
  harness.subscribe()
  await open(harness)
  const heartbeats = setInterval(() => {
    harness.newest().events.onHeard()
    harness.newest().subscriptions[0]?.next(data('5'))
  }, 15_000)
  await vi.advanceTimersByTimeAsync(180_000)
  clearInterval(heartbeats)
  expect(harness.transports).toHaveLength(1)
})

test('without network the state is offline, unless the server still answers', async () => {
  const harness = await createHarness()
  harness.subscribe()
  await open(harness)
  harness.device.isOnline = false
  harness.subscriptions.check()
  await vi.advanceTimersByTimeAsync(3_000)
  expect(harness.subscriptions.connection.get()).toEqual({ status: 'live' })
  harness.newest().isAlive = false
  harness.subscriptions.check()
  await vi.advanceTimersByTimeAsync(3_000)
  expect(harness.subscriptions.connection.get()).toEqual({ status: 'offline' })
})

test('a refusal goes to its subscriber, and the other subscriptions stay', async () => {
  const harness = await createHarness()
  const { errors } = harness.subscribe({ conversationId: 'missing' })
  const other = harness.subscribe({ conversationId: 'there' })
  await open(harness)
  harness.newest().subscriptions[0]?.error(refusal('NOT_FOUND', 404))
  harness.newest().subscriptions[1]?.next(data('1'))
  expect(errors.map((error) => error.data?.code)).toEqual(['NOT_FOUND'])
  expect(other.received).toHaveLength(1)
  expect(harness.transports).toHaveLength(1)
})

test('[N6] a subscription that the server fails is retried, alone', async () => {
  const harness = await createHarness()
  const { errors } = harness.subscribe({ conversationId: 'a' })
  harness.subscribe({ conversationId: 'b' })
  await open(harness)
  harness.newest().subscriptions[0]?.next(data('3'))
  harness.newest().subscriptions[0]?.error(refusal('INTERNAL_SERVER_ERROR', 500))
  await vi.advanceTimersByTimeAsync(250)
  expect(errors).toEqual([])
  expect(harness.transports).toHaveLength(1)
  expect(harness.newest().subscriptions.map(({ input }) => input)).toEqual([
    { conversationId: 'a' },
    { conversationId: 'b' },
    { conversationId: 'a', lastEventId: '3' },
  ])
})

test('[S7] a refused token is replaced; only when the new one is refused too is the user asked to sign in, once', async () => {
  let n = 0
  const harness = await createHarness({ fetchToken: async () => `token-${(n += 1)}` })
  harness.subscribe()
  await open(harness)
  harness.newest().subscriptions[0]?.error(refusal('UNAUTHORIZED', 401))
  await vi.advanceTimersByTimeAsync(1_000)
  expect([n, harness.transports.length, harness.onSignedOut.mock.calls.length]).toEqual([2, 2, 0])
  harness.newest().events.onLost({ unauthorized: true })
  await vi.advanceTimersByTimeAsync(30_000)
  harness.newest().events.onLost({ unauthorized: true })
  await vi.advanceTimersByTimeAsync(30_000)
  expect(harness.onSignedOut).toHaveBeenCalledTimes(1)
})

test('an ended session is reported once, and the connection comes back after a sign-in', async () => {
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
  harness.subscriptions.restart()
  await open(harness)
  expect(harness.subscriptions.connection.get()).toEqual({ status: 'live' })
})

test('a session that ends while the socket is open is reported too', async () => {
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

test('without subscriptions the connection is closed', async () => {
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

test.each([new GuestRefusedError('no cookies'), new TypeError('AbortSignal.timeout is not a function')])(
  'what will not pass blocks the connection until another try is asked for: %s',
  async (error) => {
    const fetchToken = vi.fn(async (): Promise<string> => {
      throw error
    })
    const harness = await createHarness({ fetchToken })
    harness.subscribe()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(harness.subscriptions.connection.get()).toEqual({ status: 'blocked', reason: error.message })
    expect(fetchToken).toHaveBeenCalledTimes(1)
    expect(harness.onSignedOut).toHaveBeenCalledTimes(1)
    harness.subscriptions.connection.retryNow()
    await harness.settle()
    expect(fetchToken).toHaveBeenCalledTimes(2)
  },
)
