import type { AppRouter } from '@holdfast/server'
import type { Operation, OperationResultEnvelope, TRPCClientError } from '@trpc/client'
import { backoffMs } from './backoff.ts'
import { errorToFailure } from './failure.ts'
import type { Transport } from './transport.ts'

export interface SubscriptionObserver {
  next(envelope: OperationResultEnvelope<unknown, TRPCClientError<AppRouter>>): void
  error(error: TRPCClientError<AppRouter>): void
  complete(): void
}

/** One subscription, whichever connection carries it: each connection resumes from the last event that arrived. */
export interface Subscription {
  /** When the server was last heard on this subscription while one is carried, in milliseconds since the epoch. */
  readonly heardAt: () => number
  readonly start: (transport: Transport) => void
  readonly stop: () => void
}

export function createSubscription(options: {
  readonly operation: Operation
  readonly observer: SubscriptionObserver
  /** The server sent something on this subscription. */
  readonly onData: () => void
  /** The token was not accepted. */
  readonly onUnauthorized: () => void
  /** The connection failed. */
  readonly onUnreachable: () => void
}): Subscription {
  const { operation, observer } = options
  /** The cursor. */
  let lastEventId: string | null = null
  /** Infinite while only this subscription waits to be tried again: its silence is no reason to reconnect the others. */
  let heardAt = Date.now()
  /** Errors of the server in a row. */
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let inner: { unsubscribe(): void } | null = null
  /** Grows with every start and stop: events that carry an older one are ignored. */
  let connectionId = 0

  const stop = () => {
    connectionId += 1
    clearTimeout(timer)
    inner?.unsubscribe()
    inner = null
  }

  const start = (transport: Transport) => {
    stop()
    const current = connectionId
    heardAt = Date.now()
    inner = transport.operate({ op: withLastEventId(operation, lastEventId), next: neverNext }).subscribe({
      next: (envelope) => {
        if (current !== connectionId) return
        const { result } = envelope
        if (result.type === undefined || result.type === 'data') {
          heardAt = Date.now()
          failures = 0
          options.onData()
          if ('id' in result && result.id !== undefined) lastEventId = String(result.id)
        }
        observer.next(envelope)
      },
      error: (error) => {
        if (current !== connectionId) return
        const failure = errorToFailure(error)
        if (failure.kind === 'refused') observer.error(error)
        else if (failure.kind === 'signed-out') options.onUnauthorized()
        else if (failure.code === null) options.onUnreachable()
        else {
          heardAt = Number.POSITIVE_INFINITY
          timer = setTimeout(() => start(transport), Math.max(failure.retryAfterMs, backoffMs(failures)))
          failures += 1
        }
      },
      complete: () => {
        if (current === connectionId) observer.complete()
      },
    })
    // It may have ended while it was being made.
    if (current !== connectionId) inner.unsubscribe()
  }

  return { heardAt: () => heardAt, start, stop }
}

function withLastEventId(operation: Operation, lastEventId: string | null): Operation {
  if (lastEventId === null) return operation
  const input = typeof operation.input === 'object' ? operation.input : {}
  return { ...operation, input: { ...input, lastEventId } }
}

function neverNext(): never {
  throw new Error('a transport is the last link')
}
