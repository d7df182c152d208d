import type { AppRouter } from '@holdfast/server'
import type { OperationLink, TRPCClientRuntime } from '@trpc/client'

/** One connection. It opens once and does not reconnect: a lost connection is replaced by another transport. */
export interface Transport {
  /** Makes subscriptions. */
  readonly operate: OperationLink<AppRouter>
  /** True when the server answers within `timeoutMs`. */
  readonly isAlive: (timeoutMs: number) => Promise<boolean>
  readonly close: () => void
}

export interface TransportEvents {
  readonly onOpen: () => void
  /** The server sent something, a heartbeat at least. */
  readonly onHeard: () => void
  /** The connection has ended. Called once. `unauthorized`: the token was not accepted. */
  readonly onLost: (why: { readonly unauthorized: boolean }) => void
}

export type CreateTransport = (options: {
  readonly runtime: TRPCClientRuntime
  readonly events: TransportEvents
}) => Promise<Transport>
