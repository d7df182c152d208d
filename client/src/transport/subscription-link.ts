import type { AppRouter } from '@holdfast/server'
import type { TRPCClientRuntime, TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { createValueStore } from '../value-store.ts'
import { backoffMs } from './backoff.ts'
import type { Carrier, CreateCarrier } from './carrier.ts'
import { isSameConnectionState, type ConnectionState, type ConnectionStore } from './connection.ts'
import { createFollow, type Follow } from './follow.ts'
import { SignedOutError, type TokenSource } from './token-source.ts'

/** In milliseconds. Why each of them: see where it is used. */
const openTimeoutMs = 4_000
const firstSignTimeoutMs = 8_000
const pingAfterSilenceMs = 10_000
const pongTimeoutMs = 5_000
const wakePongTimeoutMs = 2_500
const silentFollowMs = 30_000
const tickMs = 2_500
const stableAfterMs = 2_000
const idleAfterMs = 30_000
const probeWebSocketEveryMs = 5 * 60_000

export interface SubscriptionLinkOptions {
  readonly tokens: TokenSource
  /** Null where there are no WebSockets. */
  readonly createWebSocketCarrier: CreateCarrier | null
  readonly createEventSourceCarrier: CreateCarrier
  /** Whether the server answers over plain HTTP: then it is the network that does not let WebSockets through. */
  readonly isReachableOverHttp: () => Promise<boolean>
  /** Whether a WebSocket would get through now; asked now and then while server-sent events are used. */
  readonly canOpenWebSocket: () => Promise<boolean>
  /** The session has ended; told once until it is there again. */
  readonly onSignedOut: () => void
  /** What the device says about its network. */
  readonly isOnline: () => boolean
}

export interface SubscriptionLink {
  readonly link: TRPCLink<AppRouter>
  readonly connection: ConnectionStore
  /** The device woke up or came back: finds out within seconds whether the connection still lives. */
  readonly check: () => void
  /** Leaves the connection and makes another one, e.g. after a sign-in. */
  readonly restart: () => void
  readonly close: () => void
}

type Phase =
  | { readonly name: 'idle' }
  | { readonly name: 'opening' }
  | { readonly name: 'open'; readonly since: number }
  | { readonly name: 'waiting'; readonly retryAt: number }
  | { readonly name: 'closed' }

/**
 * Keeps every subscription going over whatever the network lets through: one WebSocket, or server-sent events where WebSockets do
 * not get through. Subscriptions outlive connections; each goes on from its own last event.
 */
export function createSubscriptionLink(options: SubscriptionLinkOptions): SubscriptionLink {
  const { tokens } = options
  const follows = new Set<Follow>()
  const state = createValueStore<ConnectionState>({ status: 'connecting' })
  let runtime: TRPCClientRuntime = {}
  let phase: Phase = { name: 'idle' }
  let usesWebSocket = options.createWebSocketCarrier !== null
  let carrier: Carrier | null = null
  /** What an earlier connection still has to say counts no more. */
  let turn = 0
  let attempt = 0
  let failedOpens = 0
  let hasHeard = false
  let heardAt = 0
  let isPinging = false
  let refusals = 0
  let emptySince = Number.POSITIVE_INFINITY
  let hasTried = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let ticker: ReturnType<typeof setInterval> | undefined
  let probedAt = 0

  const enter = (next: Phase) => {
    phase = next
    const shown = toConnectionState(next, { isOnline: options.isOnline(), hasTried, hasHeard })
    if (!isSameConnectionState(shown, state.get())) state.set(shown)
  }

  const leaveCarrier = () => {
    turn += 1
    clearTimeout(timer)
    for (const follow of follows) follow.stop()
    carrier?.close()
    carrier = null
  }

  const lose = (how: { readonly delayMs?: number } = {}) => {
    if (phase.name === 'closed') return
    // A connection that opened and broke at once is no reason to start the backoff anew.
    if (phase.name === 'open' && hasHeard && Date.now() - phase.since >= stableAfterMs) attempt = 0
    leaveCarrier()
    const delayMs = how.delayMs ?? backoffMs(attempt)
    attempt += 1
    hasTried = true
    enter({ name: 'waiting', retryAt: Date.now() + delayMs })
    timer = setTimeout(open, delayMs)
  }

  const countRefusal = (weight: 1 | 2) => {
    const before = refusals
    refusals += weight
    if (before < 2 && refusals >= 2) options.onSignedOut()
  }

  /** The server did not accept the token. The first time a new one helps; after that only a person can. */
  const refuse = () => {
    void tokens.get().then(tokens.refused, () => {})
    countRefusal(1)
  }

  /** Nothing gets through the socket although the server may be there: asks it another way before changing the way for good. */
  const loseAndDoubtWebSocket = () => {
    lose()
    if (!usesWebSocket) return
    void options.isReachableOverHttp().then((isReachable) => {
      if (!isReachable || (phase.name !== 'waiting' && phase.name !== 'opening')) return
      usesWebSocket = false
      probedAt = Date.now()
      open()
    })
  }

  const open = () => {
    if (phase.name === 'closed') return
    leaveCarrier()
    const current = turn
    const isCurrent = () => current === turn
    hasHeard = false
    enter({ name: 'opening' })
    const createCarrier = (usesWebSocket && options.createWebSocketCarrier) || options.createEventSourceCarrier
    const connect = async () => {
      await tokens.get()
      if (!isCurrent()) return
      timer = setTimeout(() => {
        failedOpens = 0
        loseAndDoubtWebSocket()
      }, openTimeoutMs)
      const opened = await createCarrier({
        runtime,
        events: {
          onOpen: () => {
            if (!isCurrent()) return
            clearTimeout(timer)
            heardAt = Date.now()
            enter({ name: 'open', since: Date.now() })
          },
          onHeard: () => {
            if (!isCurrent()) return
            heardAt = Date.now()
            if (hasHeard) return
            hasHeard = true
            failedOpens = 0
            enter(phase)
          },
          onLost: ({ unauthorized }) => {
            if (!isCurrent()) return
            if (unauthorized) refuse()
            // One that opens and breaks before a word came through is as good as none: some proxies do that to all of them.
            if (hasHeard || unauthorized) return lose()
            failedOpens += 1
            if (failedOpens < 2) return lose()
            failedOpens = 0
            loseAndDoubtWebSocket()
          },
        },
      })
      if (!isCurrent()) return opened.close()
      carrier = opened
      for (const follow of [...follows]) if (isCurrent()) follow.start(opened)
    }
    connect().catch((error: unknown) => {
      if (!isCurrent()) return
      lose()
      if (!(error instanceof SignedOutError)) return
      countRefusal(2)
    })
  }

  const ping = async (timeoutMs: number) => {
    if (!carrier || isPinging) return
    const current = turn
    isPinging = true
    const isAlive = await carrier.isAlive(timeoutMs).finally(() => {
      isPinging = false
    })
    if (current === turn && !isAlive && phase.name === 'open') lose({ delayMs: 0 })
  }

  const tick = () => {
    const now = Date.now()
    if (now - emptySince > idleAfterMs) return rest()
    if (phase.name !== 'open') return
    if (usesWebSocket && !hasHeard && now - phase.since > firstSignTimeoutMs) return loseAndDoubtWebSocket()
    if ([...follows].some((follow) => now - follow.heardAt() > silentFollowMs)) return lose({ delayMs: 0 })
    if (usesWebSocket && now - heardAt > pingAfterSilenceMs) void ping(pongTimeoutMs)
    if (!usesWebSocket && options.createWebSocketCarrier && now - probedAt > probeWebSocketEveryMs) {
      probedAt = now
      void options.canOpenWebSocket().then((canOpen) => {
        if (!canOpen || usesWebSocket || phase.name === 'closed') return
        usesWebSocket = true
        open()
      })
    }
  }

  /** Nobody follows anything any more. */
  const rest = () => {
    leaveCarrier()
    clearInterval(ticker)
    enter({ name: 'idle' })
  }

  const link: TRPCLink<AppRouter> = (givenRuntime) => {
    runtime = givenRuntime
    return ({ op }) =>
      observable((observer) => {
        const follow = createFollow({
          operation: op,
          observer,
          onData: () => {
            refusals = 0
          },
          onUnauthorized: () => {
            refuse()
            lose()
          },
          onUnreachable: () => lose(),
        })
        follows.add(follow)
        emptySince = Number.POSITIVE_INFINITY
        if (carrier) follow.start(carrier)
        if (phase.name === 'idle') {
          ticker = setInterval(tick, tickMs)
          open()
        }
        return () => {
          follows.delete(follow)
          follow.stop()
          if (follows.size === 0) emptySince = Date.now()
        }
      })
  }

  return {
    link,
    connection: {
      get: state.get,
      subscribe: state.subscribe,
      retryNow: () => {
        if (phase.name === 'waiting') open()
        else if (phase.name === 'open') void ping(wakePongTimeoutMs)
      },
    },
    check: () => {
      enter(phase)
      if (phase.name === 'waiting') open()
      else if (phase.name === 'open') void ping(wakePongTimeoutMs)
    },
    restart: () => {
      if (phase.name === 'idle') return
      attempt = 0
      open()
    },
    close: () => {
      leaveCarrier()
      clearInterval(ticker)
      enter({ name: 'closed' })
    },
  }
}

interface Known {
  readonly isOnline: boolean
  readonly hasTried: boolean
  readonly hasHeard: boolean
}

/** An open socket proves nothing: something in between may swallow what it carries. */
function toConnectionState(phase: Phase, known: Known): ConnectionState {
  if (phase.name === 'open' && known.hasHeard) return { status: 'live' }
  if (!known.isOnline || phase.name === 'closed') return { status: 'offline' }
  if (!known.hasTried || phase.name === 'idle') return { status: 'connecting' }
  return { status: 'reconnecting', retryAt: phase.name === 'waiting' ? phase.retryAt : null }
}
