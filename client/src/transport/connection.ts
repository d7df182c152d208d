import type { ReadableStore } from '../value-store.ts'

/** What the line to the server is doing. Times are milliseconds since the epoch. */
export type ConnectionState =
  | { readonly status: 'connecting' }
  | { readonly status: 'live' }
  /** `retryAt` is null while a try is under way. */
  | { readonly status: 'reconnecting'; readonly retryAt: number | null }
  /** The device says that it has no network, and the server does not answer either. */
  | { readonly status: 'offline' }

export interface ConnectionStore extends ReadableStore<ConnectionState> {
  /** Tries at once instead of waiting for the next turn. */
  readonly retryNow: () => void
}

export function isSameConnectionState(a: ConnectionState, b: ConnectionState): boolean {
  if (a.status === 'reconnecting' && b.status === 'reconnecting') return a.retryAt === b.retryAt
  return a.status === b.status
}
