import type { ReadableStore } from '../../lib/value-store.ts'

/** The state of the connection to the server. Times are milliseconds since the epoch. */
export type ConnectionState =
  | { readonly status: 'connecting' }
  | { readonly status: 'live' }
  /** `retryAt` is null while a try is under way. */
  | { readonly status: 'reconnecting'; readonly retryAt: number | null }
  /** The device says that it has no network, and the server does not answer either; or the client was closed. */
  | { readonly status: 'offline' }
  /** The client has stopped trying, e.g. because the browser keeps no cookie of the server. `retryNow` tries once more. */
  | { readonly status: 'blocked'; readonly reason: string }

export interface ConnectionStore extends ReadableStore<ConnectionState> {
  /** Connects immediately instead of waiting for the retry. */
  readonly retryNow: () => void
}

export function isSameConnectionState(a: ConnectionState, b: ConnectionState): boolean {
  if (a.status === 'reconnecting' && b.status === 'reconnecting') return a.retryAt === b.retryAt
  if (a.status === 'blocked' && b.status === 'blocked') return a.reason === b.reason
  return a.status === b.status
}
