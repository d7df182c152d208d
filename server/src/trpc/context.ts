import type { User } from '../auth/auth.ts'
import type { Deps } from '../deps.ts'

/** The transport's socket, where there is one: a reader that falls behind is waited for. */
export interface ClientSocket {
  readonly bufferedAmount: number
}

/** One per HTTP request or WebSocket. */
export interface Context {
  readonly deps: Deps
  /** Null: no token, or one that is not valid. */
  readonly user: User | null
  readonly socket: ClientSocket | null
  /** Names the HTTP request or socket in the logs. */
  readonly requestId: string
}
