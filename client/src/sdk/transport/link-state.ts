import { backoffMs } from './backoff.ts'

/**
 * The connection of a subscription link as a state machine: `transition` takes a state and an event, and gives the next state and
 * what has to be done. It has no clock, no network and no timers of its own.
 *
 *     idle ──subscribed──▶ opening ──opened──▶ open ──lost──▶ waiting ──retry-due──▶ opening
 *       ▲                     └──────── lost, timed-out ────────▲
 *       └── nothing subscribed for 30 s (from every state but closed)
 *
 *     open, waiting ──hidden for 5 s, over server-sent events──▶ resting ──check, subscribed──▶ opening
 *
 * Invariants:
 * - At most one transport exists, in `opening` and `open`. Every `connect` and `disconnect` leaves the one before it, and events of a
 *   transport that was left do not reach this machine.
 * - `open` is live only after something was heard: a middlebox may accept a socket and swallow what it carries.
 * - The backoff starts from the beginning only after a connection that was heard and held for two seconds.
 * - WebSocket gives way to server-sent events only when the server answers over plain HTTP, never because the server is down.
 * - `blocked` is left only when a person or the device asks for another try, or by a sign-in.
 * - The user is asked to sign in once per ended session: `ask-to-sign-in` follows the second refusal in a row, or the first where
 *   no token can be had at all. Data from the server sets the count back.
 */
export type LinkState = LinkMemory & LinkPhase

export type LinkPhase =
  /** Nothing is subscribed. */
  | { readonly name: 'idle' }
  /** A transport is being made. `hasHeard`: the server said something before the transport was reported as open. */
  | { readonly name: 'opening'; readonly hasHeard: boolean }
  /** Times are milliseconds since the epoch. */
  | { readonly name: 'open'; readonly since: number; readonly hasHeard: boolean; readonly heardAt: number }
  | { readonly name: 'waiting'; readonly retryAt: number }
  /** The page is hidden and has left its connection to the visible ones: browsers allow only six streams to a server. */
  | { readonly name: 'resting' }
  /** Trying again by itself is useless: no token is accepted, or code failed. */
  | { readonly name: 'blocked'; readonly reason: string }
  | { readonly name: 'closed' }

/** The part of the state that outlives a connection. */
export interface LinkMemory {
  readonly kind: TransportKind
  /** False where there are no WebSockets. */
  readonly hasWebSocket: boolean
  /** Connections in a row that did not hold: the backoff grows with it. */
  readonly attempt: number
  /** WebSockets in a row that failed before anything was heard. */
  readonly silentFailures: number
  /** Tokens in a row that the server did not accept. */
  readonly refusals: number
  /** A connection has been lost before. */
  readonly hasTried: boolean
  /** When it was last found out whether a WebSocket gets through. */
  readonly probedAt: number
}

export type TransportKind = 'web-socket' | 'event-source'

export type LinkEvent =
  | { readonly type: 'subscribed' }
  | { readonly type: 'retry-due' }
  | { readonly type: 'opened' }
  /** Anything came from the server, a heartbeat at least. */
  | { readonly type: 'heard' }
  /** A subscription got data. */
  | { readonly type: 'data' }
  /** The transport did not open in time. */
  | { readonly type: 'timed-out' }
  /** The transport ended. */
  | { readonly type: 'lost'; readonly unauthorized: boolean }
  /** A subscription failed with the connection under it. */
  | { readonly type: 'subscription-failed'; readonly unauthorized: boolean }
  /** No token could be had. `isSignedOut`: only a person can help. */
  | { readonly type: 'token-failed'; readonly isSignedOut: boolean }
  /** No connection can be made, now or later. */
  | { readonly type: 'blocked'; readonly reason: string }
  /** The server did not answer a ping. */
  | { readonly type: 'ping-failed' }
  /** Answers `ask-http`. */
  | { readonly type: 'http-reachable' }
  /** Answers `probe-web-socket`. */
  | { readonly type: 'web-socket-reachable' }
  /** A person or the device asks for a check without waiting. */
  | { readonly type: 'check' }
  | { readonly type: 'restart' }
  | { readonly type: 'closed' }
  | ({ readonly type: 'tick' } & SubscriptionTimes)

/** Milliseconds since the epoch. */
export interface SubscriptionTimes {
  /** When the most silent subscription last heard something. */
  readonly quietestHeardAt: number
  /** Since when nothing is subscribed; infinite while something is. */
  readonly emptySince: number
  /** Since when the page is hidden; infinite while it can be seen. */
  readonly hiddenSince: number
}

export type LinkEffect =
  /** Leaves the transport and makes another one, of the state's `kind`. */
  | { readonly type: 'connect' }
  | { readonly type: 'disconnect' }
  | { readonly type: 'retry-after'; readonly delayMs: number }
  | { readonly type: 'ping'; readonly timeoutMs: number }
  /** Finds out whether the server answers over plain HTTP. */
  | { readonly type: 'ask-http' }
  | { readonly type: 'probe-web-socket' }
  /** The token in use was refused: the next connection asks for another one. */
  | { readonly type: 'renew-token' }
  | { readonly type: 'ask-to-sign-in' }

export interface LinkStep {
  readonly state: LinkState
  readonly effects: readonly LinkEffect[]
}

const firstHeardTimeoutMs = 8_000
const pingAfterSilenceMs = 10_000
const pongTimeoutMs = 5_000
const checkPongTimeoutMs = 2_500
const silentSubscriptionMs = 30_000
const stableAfterMs = 2_000
const idleAfterMs = 30_000
const restAfterMs = 5_000
const probeWebSocketEveryMs = 5 * 60_000
/** One socket can break for any reason; some proxies break all of them. */
const maxSilentFailures = 2
const maxRefusals = 2

export function createLinkState(hasWebSocket: boolean): LinkState {
  return {
    name: 'idle',
    kind: hasWebSocket ? 'web-socket' : 'event-source',
    hasWebSocket,
    attempt: 0,
    silentFailures: 0,
    refusals: 0,
    hasTried: false,
    probedAt: 0,
  }
}

/** @param now milliseconds since the epoch */
export function transition(state: LinkState, event: LinkEvent, now: number): LinkStep {
  if (state.name === 'closed') return stay(state)
  switch (event.type) {
    case 'subscribed':
      return state.name === 'idle' || state.name === 'resting' ? connect(state) : stay(state)
    case 'retry-due':
      return state.name === 'waiting' ? connect(state) : stay(state)
    case 'opened':
      if (state.name !== 'opening') return stay(state)
      return stay(enter(state, { name: 'open', since: now, hasHeard: state.hasHeard, heardAt: now }))
    case 'heard':
      if (state.name === 'opening') return stay({ ...state, hasHeard: true, silentFailures: 0 })
      if (state.name !== 'open') return stay(state)
      return stay({ ...state, heardAt: now, hasHeard: true, silentFailures: state.hasHeard ? state.silentFailures : 0 })
    case 'data':
      return stay({ ...state, refusals: 0 })
    case 'timed-out':
      return loseAndDoubtWebSocket(state, now)
    case 'lost':
      return onLost(state, event.unauthorized, now)
    case 'subscription-failed':
      return event.unauthorized ? refuse(lose(state, now)) : lose(state, now)
    case 'token-failed':
      return event.isSignedOut ? countRefusals(lose(state, now), maxRefusals) : lose(state, now)
    case 'blocked':
      return countRefusals(
        stay(enter({ ...state, hasTried: true }, { name: 'blocked', reason: event.reason }), { type: 'disconnect' }),
        maxRefusals,
      )
    case 'ping-failed':
      return state.name === 'open' ? lose(state, now, 0) : stay(state)
    case 'http-reachable':
      if (state.name !== 'waiting' && state.name !== 'opening') return stay(state)
      return connect({ ...state, kind: 'event-source', probedAt: now })
    case 'web-socket-reachable':
      if (state.kind === 'web-socket') return stay(state)
      return state.name === 'idle' || state.name === 'resting'
        ? stay({ ...state, kind: 'web-socket' })
        : connect({ ...state, kind: 'web-socket' })
    case 'check':
      if (state.name === 'waiting' || state.name === 'resting' || state.name === 'blocked') return connect(state)
      return stay(state, ...(state.name === 'open' ? [{ type: 'ping', timeoutMs: checkPongTimeoutMs } as const] : []))
    case 'restart':
      return state.name === 'idle' ? stay(state) : connect({ ...state, attempt: 0 })
    case 'closed':
      return stay(enter(state, { name: 'closed' }), { type: 'disconnect' })
    case 'tick':
      return onTick(state, event, now)
  }
}

function onLost(state: LinkState, unauthorized: boolean, now: number): LinkStep {
  if (unauthorized) return refuse(lose(state, now))
  if ((state.name === 'opening' || state.name === 'open') && state.hasHeard) return lose(state, now)
  const silentFailures = state.silentFailures + 1
  if (silentFailures < maxSilentFailures) return lose({ ...state, silentFailures }, now)
  return loseAndDoubtWebSocket(state, now)
}

function onTick(state: LinkState, { quietestHeardAt, emptySince, hiddenSince }: SubscriptionTimes, now: number): LinkStep {
  if (now - emptySince > idleAfterMs) return stay(enter(state, { name: 'idle' }), { type: 'disconnect' })
  if (state.kind === 'event-source' && mayRest(state, hiddenSince, now)) {
    return stay(enter(state, { name: 'resting' }), { type: 'disconnect' })
  }
  if (state.name !== 'open') return stay(state)
  const isWebSocket = state.kind === 'web-socket'
  if (isWebSocket && !state.hasHeard && now - state.since > firstHeardTimeoutMs) return loseAndDoubtWebSocket(state, now)
  if (now - quietestHeardAt > silentSubscriptionMs) return lose(state, now, 0)
  if (isWebSocket && now - state.heardAt > pingAfterSilenceMs) return stay(state, { type: 'ping', timeoutMs: pongTimeoutMs })
  if (!isWebSocket && state.hasWebSocket && now - state.probedAt > probeWebSocketEveryMs)
    return stay({ ...state, probedAt: now }, { type: 'probe-web-socket' })
  return stay(state)
}

/** A connection that was asked for while the page was hidden gets the same time. */
function mayRest(state: LinkState, hiddenSince: number, now: number): boolean {
  if (state.name === 'waiting') return now - hiddenSince > restAfterMs
  return state.name === 'open' && now - Math.max(hiddenSince, state.since) > restAfterMs
}

function connect(state: LinkState): LinkStep {
  return { state: enter(state, { name: 'opening', hasHeard: false }), effects: [{ type: 'connect' }] }
}

function lose(state: LinkState, now: number, givenDelayMs?: number): LinkStep {
  const wasStable = state.name === 'open' && state.hasHeard && now - state.since >= stableAfterMs
  const attempt = wasStable ? 0 : state.attempt
  const delayMs = givenDelayMs ?? backoffMs(attempt)
  return {
    state: enter({ ...state, attempt: attempt + 1, hasTried: true }, { name: 'waiting', retryAt: now + delayMs }),
    effects: [{ type: 'disconnect' }, { type: 'retry-after', delayMs }],
  }
}

/** The server may be there although no socket gets through: it is asked over HTTP before the kind of transport changes. */
function loseAndDoubtWebSocket(state: LinkState, now: number): LinkStep {
  const lost = lose({ ...state, silentFailures: 0 }, now)
  return state.kind === 'web-socket' ? { ...lost, effects: [...lost.effects, { type: 'ask-http' }] } : lost
}

/** A refused token is replaced once; after that only a person can help. */
function refuse({ state, effects }: LinkStep): LinkStep {
  return countRefusals({ state, effects: [{ type: 'renew-token' }, ...effects] }, 1)
}

function countRefusals({ state, effects }: LinkStep, weight: number): LinkStep {
  const refusals = state.refusals + weight
  const isFirst = state.refusals < maxRefusals && refusals >= maxRefusals
  return { state: { ...state, refusals }, effects: isFirst ? [...effects, { type: 'ask-to-sign-in' }] : effects }
}

function stay(state: LinkState, ...effects: LinkEffect[]): LinkStep {
  return { state, effects }
}

function enter(memory: LinkMemory, phase: LinkPhase): LinkState {
  const { kind, hasWebSocket, attempt, silentFailures, refusals, hasTried, probedAt } = memory
  return { kind, hasWebSocket, attempt, silentFailures, refusals, hasTried, probedAt, ...phase }
}
