import type { AppRouter } from '@holdfast/server'
import type { Operation, OperationResultEnvelope, TRPCClientError } from '@trpc/client'
import { backoffMs } from './backoff.ts'
import type { Carrier } from './carrier.ts'
import { errorToFailure } from './failure.ts'

export interface FollowObserver {
  next(envelope: OperationResultEnvelope<unknown, TRPCClientError<AppRouter>>): void
  error(error: TRPCClientError<AppRouter>): void
  complete(): void
}

/** One subscription, whichever connection carries it: it goes on from the last event that arrived. */
export interface Follow {
  /** When the server was last heard from on this subscription, while one is carried. */
  readonly heardAt: () => number
  readonly start: (carrier: Carrier) => void
  readonly stop: () => void
}

export function createFollow(options: {
  readonly operation: Operation
  readonly observer: FollowObserver
  /** The server says something on it. */
  readonly onData: () => void
  /** The token was not accepted. */
  readonly onUnauthorized: () => void
  /** The connection failed under it. */
  readonly onUnreachable: () => void
}): Follow {
  const { operation, observer } = options
  let lastEventId: string | null = null
  let heardAt = Date.now()
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let inner: { unsubscribe(): void } | null = null
  /** What arrives from a carrier that was left counts no more. */
  let turn = 0

  const stop = () => {
    turn += 1
    clearTimeout(timer)
    inner?.unsubscribe()
    inner = null
  }

  const start = (carrier: Carrier) => {
    stop()
    const current = turn
    heardAt = Date.now()
    inner = carrier.operate({ op: withLastEventId(operation, lastEventId), next: neverNext }).subscribe({
      next: (envelope) => {
        if (current !== turn) return
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
        if (current !== turn) return
        const failure = errorToFailure(error)
        if (failure.kind === 'refused') observer.error(error)
        else if (failure.kind === 'signed-out') options.onUnauthorized()
        else if (failure.code === null) options.onUnreachable()
        else {
          // The server answers, but not to this one: the others go on.
          heardAt = Number.POSITIVE_INFINITY
          timer = setTimeout(() => start(carrier), Math.max(failure.retryAfterMs, backoffMs(failures)))
          failures += 1
        }
      },
      complete: () => {
        if (current === turn) observer.complete()
      },
    })
    // It may have ended while it was being made.
    if (current !== turn) inner.unsubscribe()
  }

  return { heardAt: () => heardAt, start, stop }
}

function withLastEventId(operation: Operation, lastEventId: string | null): Operation {
  if (lastEventId === null) return operation
  const input = typeof operation.input === 'object' ? operation.input : {}
  return { ...operation, input: { ...input, lastEventId } }
}

function neverNext(): never {
  throw new Error('a carrier is the last link')
}
