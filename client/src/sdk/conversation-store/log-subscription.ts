import type { AppRouter } from '@holdfast/server'
import type { EventRecord, Id } from '@holdfast/shared'
import type { TRPCClient } from '@trpc/client'
import { errorToFailure, type Failure } from '../transport/failure.ts'

export interface LogSubscription {
  /** `never`: it was not started. `ended`: the server ended or refused it. */
  readonly status: () => 'never' | 'following' | 'ended'
  /** Follows the log behind this cursor, null for a snapshot first. Replaces what was followed before. */
  readonly start: (cursor: number | null) => void
  readonly stop: () => void
}

/** One conversation's log, followed over one subscription at a time. Nothing is delivered after it was stopped or replaced. */
export function createLogSubscription(options: {
  readonly trpc: TRPCClient<AppRouter>
  readonly conversationId: Id
  readonly onRecords: (records: readonly EventRecord[]) => void
  readonly onFailure: (failure: Failure) => void
}): LogSubscription {
  const { trpc, conversationId } = options
  let state: { readonly status: 'never' | 'ended' } | { readonly status: 'following'; readonly unsubscribe: () => void } = {
    status: 'never',
  }

  const stop = () => {
    if (state.status !== 'following') return
    const { unsubscribe } = state
    state = { status: 'ended' }
    unsubscribe()
  }

  const start = (cursor: number | null) => {
    stop()
    let isCurrent = true
    const end = () => {
      isCurrent = false
      state = { status: 'ended' }
    }
    const subscription = trpc.conversations.follow.subscribe(
      { conversationId, lastEventId: cursor === null ? undefined : String(cursor) },
      {
        onData: ({ data }) => {
          if (isCurrent) options.onRecords(data)
        },
        onError: (error) => {
          if (!isCurrent) return
          end()
          options.onFailure(errorToFailure(error))
        },
        onComplete: () => {
          if (isCurrent) end()
        },
      },
    )
    // It may have ended while it was being made.
    if (!isCurrent) return
    state = {
      status: 'following',
      unsubscribe: () => {
        isCurrent = false
        subscription.unsubscribe()
      },
    }
  }

  return { status: () => state.status, start, stop }
}
