/** Brings texts from one node to all, itself included. It may lose them, and says nothing about it. */
export interface Carrier {
  /** As operators know it: `LISTEN/NOTIFY` or `Redis`. */
  readonly name: string
  /** The longest text, in bytes of UTF-8. */
  readonly maxBytes: number
  /** Rejects when the text was surely or possibly not sent. */
  readonly send: (text: string) => Promise<void>
  readonly close: () => Promise<void>
}

export interface CarrierListeners {
  readonly onText: (text: string) => void
  /** The connection is back: texts may have been missed meanwhile. */
  readonly onReconnect: () => void
}

/** Resolves when texts that are sent from now on arrive, or when it tries to connect again by itself. Rejects where trying is no use. */
export type OpenCarrier = (listeners: CarrierListeners) => Promise<Carrier>

/** The name of the channel, in Postgres and in Redis. */
export const channel = 'holdfast_bus'
