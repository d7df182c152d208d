import type { AppRouter } from '@holdfast/server'
import type { OperationLink, TRPCClientRuntime } from '@trpc/client'

/** One connection's life. It is opened once and never comes back: whoever needs another one makes another one. */
export interface Carrier {
  /** Where subscriptions are made. */
  readonly operate: OperationLink<AppRouter>
  /** True when the server answers within `timeoutMs`; a carrier that cannot ask says whether it heard anything lately. */
  readonly isAlive: (timeoutMs: number) => Promise<boolean>
  readonly close: () => void
}

export interface CarrierEvents {
  /** It can be used. */
  readonly onOpen: () => void
  /** Something came from the server, a sign of life at least. */
  readonly onHeard: () => void
  /** It cannot be used any more. Told once. `unauthorized`: the token was not accepted. */
  readonly onLost: (why: { readonly unauthorized: boolean }) => void
}

export type CreateCarrier = (options: { readonly runtime: TRPCClientRuntime; readonly events: CarrierEvents }) => Promise<Carrier>
