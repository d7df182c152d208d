/**
 * Carries copies and hints between the parts of a node and between nodes. Messages may be lost: readers recover from the log, so nothing
 * may depend on a message arriving.
 */
export interface Bus {
  /**
   * Never throws and never blocks. `forOthers` is what other nodes get in the place of the payload: ids and numbers, where the payload
   * holds content.
   */
  publish(topic: string, payload: unknown, forOthers?: unknown): void
  /** Resolves when messages published from now on arrive. The listener must not throw. */
  subscribe(topic: string, listener: (payload: unknown) => void): Promise<() => void>
  /** Messages may have been missed: holders of a copy read it again. */
  onReconnect(listener: () => void): () => void
  close(): Promise<void>
}
