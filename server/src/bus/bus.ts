/**
 * Carries copies and hints between the parts of a node and between nodes. Losing any of it is healed from the log, so nothing may
 * depend on a message arriving.
 */
export interface Bus {
  /** Never throws, never waits. */
  publish(topic: string, payload: unknown): void
  /** Resolves when messages published from now on arrive. The listener must not throw. */
  subscribe(topic: string, listener: (payload: unknown) => void): Promise<() => void>
  /** Something may have been missed: whoever keeps a copy reads it anew. */
  onReconnect(listener: () => void): () => void
  close(): Promise<void>
}
