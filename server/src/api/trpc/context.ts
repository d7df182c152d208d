import type { User } from '../../auth/auth.ts'
import type { Deps } from './deps.ts'

/** The socket of the transport, if there is one. A stream pauses while its reader is slow. */
export interface ClientSocket {
  readonly bufferedAmount: number
  /** [W6] The client was asked to move to another socket: its streams continue there, and would say the same things twice if they continued here. */
  readonly isLeaving: boolean
  /** Waits for the turn of a call and gives a function that ends it. @throws Refusal TOO_MANY_REQUESTS, or UNAUTHORIZED when the socket has ended */
  readonly beginCall: () => Promise<() => void>
  /** Takes the place of a subscription and gives a function that frees it. @throws Refusal TOO_MANY_REQUESTS */
  readonly beginStream: () => () => void
}

/** One per HTTP request or WebSocket. */
export interface Context {
  readonly deps: Deps
  /** Null: the token is missing or invalid. */
  readonly user: User | null
  readonly socket: ClientSocket | null
  /** Of the client. Null: not known. */
  readonly address: string | null
  /** Identifies the HTTP request or socket in the logs. */
  readonly requestId: string
}
