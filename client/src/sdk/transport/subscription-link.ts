import type { AppRouter } from '@holdfast/server'
import type { TRPCClientRuntime, TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { createValueStore } from '../../lib/value-store.ts'
import { isSameConnectionState, type ConnectionState, type ConnectionStore } from './connection.ts'
import { createLinkState, transition, type LinkEffect, type LinkEvent, type LinkState } from './link-state.ts'
import { errorToDiagnostic } from './diagnostics.ts'
import { createSubscription, type Subscription } from './subscription.ts'
import { SignedOutError, type TokenSource } from './token-source.ts'
import type { CreateTransport, Transport } from './transport.ts'

/**
 * Carries every subscription over one connection, and moves them to the next one when it is lost.
 *
 * 1. The first subscription opens a transport: a WebSocket, or server-sent events where WebSockets do not get through.
 * 2. Each subscription remembers the id of its last event (its cursor) and resumes from it on every new transport.
 * 3. A lost, silent or half-open transport is left and replaced: with exponential backoff, immediately after a wakeup or "try now".
 * 4. A refused token is renewed before the next try; a second refusal asks the user to sign in.
 * 5. Thirty seconds after the last subscription has ended the connection is closed.
 * 6. A hidden page leaves its server-sent events after a moment, and resumes when it is shown again.
 *
 * `link-state.ts` decides all of this, and states the invariants; this file runs the timers, the transports and the subscriptions.
 */
const openTimeoutMs = 4_000
const tickMs = 2_500

export interface SubscriptionLinkOptions {
  readonly tokens: TokenSource
  /** Null where there are no WebSockets. */
  readonly createWebSocketTransport: CreateTransport | null
  readonly createEventSourceTransport: CreateTransport
  /** Whether the server answers over plain HTTP: then it is the network that does not let WebSockets through. */
  readonly isReachableOverHttp: () => Promise<boolean>
  /** Whether a WebSocket would get through; asked every few minutes while server-sent events are used. */
  readonly canOpenWebSocket: () => Promise<boolean>
  /** The session has ended. Called once until the server accepts a token again. */
  readonly onSignedOut: () => void
  /** Whether the device reports a network. */
  readonly isOnline: () => boolean
  /** Since when the page is hidden, in milliseconds since the epoch; infinite while it can be seen. */
  readonly hiddenSince: () => number
  /** Hears of every failed connection. */
  readonly report: (error: unknown) => void
}

export interface SubscriptionLink {
  readonly link: TRPCLink<AppRouter>
  readonly connection: ConnectionStore
  /** The device woke up or came back: finds out within seconds whether the connection still works. */
  readonly check: () => void
  /** Leaves the connection and makes another one, e.g. after a sign-in. */
  readonly restart: () => void
  readonly close: () => void
}

export function createSubscriptionLink(options: SubscriptionLinkOptions): SubscriptionLink {
  const runner = new LinkRunner(options)
  const check = () => runner.check()
  return {
    link: (runtime) => {
      runner.runtime = runtime
      return ({ op }) =>
        observable((observer) => {
          const subscription = createSubscription({
            operation: op,
            observer,
            onData: () => runner.dispatch({ type: 'data' }),
            onUnauthorized: () => runner.dispatch({ type: 'subscription-failed', unauthorized: true }),
            onUnreachable: () => runner.dispatch({ type: 'subscription-failed', unauthorized: false }),
          })
          return runner.add(subscription)
        })
    },
    connection: { ...runner.connection, retryNow: check },
    check,
    restart: () => runner.dispatch({ type: 'restart' }),
    close: () => runner.dispatch({ type: 'closed' }),
  }
}

/** Runs the effects of the state machine. */
class LinkRunner {
  runtime: TRPCClientRuntime = {}
  readonly connection = createValueStore<ConnectionState>({ status: 'connecting' })
  readonly #options: SubscriptionLinkOptions
  readonly #subscriptions = new Set<Subscription>()
  #state: LinkState
  /** The transport in use; null until it is made, and between two. */
  #transport: Transport | null = null
  /** Grows with every connection: events that carry an older one belong to a transport that was left. */
  #connectionId = 0
  /** One of two: the transport has to be open by then, or the next try is due. */
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Runs while there is something to watch, so not in `idle`, `resting`, `blocked` and `closed`. */
  #ticker: ReturnType<typeof setInterval> | undefined
  #isPinging = false
  #emptySince = Number.POSITIVE_INFINITY

  constructor(options: SubscriptionLinkOptions) {
    this.#options = options
    this.#state = createLinkState(options.createWebSocketTransport !== null)
  }

  /** Carries a subscription until the returned function is called. */
  add(subscription: Subscription): () => void {
    this.#subscriptions.add(subscription)
    this.#emptySince = Number.POSITIVE_INFINITY
    if (this.#transport) subscription.start(this.#transport)
    this.dispatch({ type: 'subscribed' })
    return () => {
      this.#subscriptions.delete(subscription)
      subscription.stop()
      if (this.#subscriptions.size === 0) this.#emptySince = Date.now()
    }
  }

  check(): void {
    this.#publish()
    this.dispatch({ type: 'check' })
  }

  dispatch(event: LinkEvent): void {
    const { state, effects } = transition(this.#state, event, Date.now())
    this.#state = state
    this.#keepTicking()
    this.#publish()
    for (const effect of effects) this.#run(effect)
  }

  #publish(): void {
    const next = toConnectionState(this.#state, this.#options.isOnline())
    if (!isSameConnectionState(next, this.connection.get())) this.connection.set(next)
  }

  #keepTicking(): void {
    const isWatching = !['idle', 'resting', 'blocked', 'closed'].includes(this.#state.name)
    if (isWatching) this.#ticker ??= setInterval(() => this.#tick(), tickMs)
    else {
      clearInterval(this.#ticker)
      this.#ticker = undefined
    }
  }

  #tick(): void {
    const quietestHeardAt = Math.min(...[...this.#subscriptions].map((subscription) => subscription.heardAt()))
    this.dispatch({ type: 'tick', quietestHeardAt, emptySince: this.#emptySince, hiddenSince: this.#options.hiddenSince() })
  }

  #run(effect: LinkEffect): void {
    const { tokens, isReachableOverHttp, canOpenWebSocket, onSignedOut } = this.#options
    switch (effect.type) {
      case 'connect':
        return this.#connect()
      case 'disconnect':
        return this.#disconnect()
      case 'retry-after':
        this.#timer = setTimeout(() => this.dispatch({ type: 'retry-due' }), effect.delayMs)
        return
      case 'ping':
        return void this.#ping(effect.timeoutMs)
      case 'ask-http':
        return void isReachableOverHttp().then((isReachable) => isReachable && this.dispatch({ type: 'http-reachable' }))
      case 'probe-web-socket':
        return void canOpenWebSocket().then((canOpen) => canOpen && this.dispatch({ type: 'web-socket-reachable' }))
      case 'renew-token':
        return void tokens.get().then(tokens.refused, () => {})
      case 'ask-to-sign-in':
        return onSignedOut()
    }
  }

  #disconnect(): void {
    this.#connectionId += 1
    clearTimeout(this.#timer)
    for (const subscription of this.#subscriptions) subscription.stop()
    this.#transport?.close()
    this.#transport = null
  }

  #connect(): void {
    this.#disconnect()
    const connectionId = this.#connectionId
    this.#openTransport(connectionId).catch((error: unknown) => {
      this.#options.report(error)
      const diagnostic = errorToDiagnostic(error)
      this.#dispatchFrom(
        connectionId,
        diagnostic
          ? { type: 'blocked', reason: diagnostic.error.message }
          : { type: 'token-failed', isSignedOut: error instanceof SignedOutError },
      )
    })
  }

  /** @throws when no token can be had */
  async #openTransport(connectionId: number): Promise<void> {
    const { tokens, createWebSocketTransport, createEventSourceTransport } = this.#options
    const createTransport = (this.#state.kind === 'web-socket' && createWebSocketTransport) || createEventSourceTransport
    await tokens.get()
    if (connectionId !== this.#connectionId) return
    this.#timer = setTimeout(() => this.#dispatchFrom(connectionId, { type: 'timed-out' }), openTimeoutMs)
    const transport = await createTransport({
      runtime: this.runtime,
      events: {
        onOpen: () => {
          if (connectionId === this.#connectionId) clearTimeout(this.#timer)
          this.#dispatchFrom(connectionId, { type: 'opened' })
        },
        onHeard: () => this.#dispatchFrom(connectionId, { type: 'heard' }),
        onLost: ({ unauthorized }) => this.#dispatchFrom(connectionId, { type: 'lost', unauthorized }),
      },
    })
    if (connectionId !== this.#connectionId) return transport.close()
    this.#transport = transport
    for (const subscription of [...this.#subscriptions]) {
      // Starting one may lose the connection.
      if (connectionId === this.#connectionId) subscription.start(transport)
    }
  }

  /** Events of a transport that was left are ignored. */
  #dispatchFrom(connectionId: number, event: LinkEvent): void {
    if (connectionId === this.#connectionId) this.dispatch(event)
  }

  async #ping(timeoutMs: number): Promise<void> {
    if (!this.#transport || this.#isPinging) return
    const connectionId = this.#connectionId
    this.#isPinging = true
    const isAlive = await this.#transport.isAlive(timeoutMs).finally(() => {
      this.#isPinging = false
    })
    if (!isAlive) this.#dispatchFrom(connectionId, { type: 'ping-failed' })
  }
}

function toConnectionState(state: LinkState, isOnline: boolean): ConnectionState {
  if (state.name === 'open' && state.hasHeard) return { status: 'live' }
  if (state.name === 'blocked') return { status: 'blocked', reason: state.reason }
  if (!isOnline || state.name === 'closed') return { status: 'offline' }
  if (!state.hasTried || state.name === 'idle' || state.name === 'resting') return { status: 'connecting' }
  return { status: 'reconnecting', retryAt: state.name === 'waiting' ? state.retryAt : null }
}
