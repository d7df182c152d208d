import type { Bus } from '../platform/bus/bus.ts'

const topic = 'auth:session-revoked'

/** Announces to all nodes that a session or access token has ended, so that they close its open connections. */
export function publishRevocation(bus: Bus, id: string): void {
  bus.publish(topic, id)
}

export async function subscribeToRevocations(bus: Bus): Promise<(listener: (id: string) => void) => () => void> {
  const listeners = new Set<(id: string) => void>()
  await bus.subscribe(topic, (payload) => {
    if (typeof payload !== 'string') return
    for (const listener of listeners) listener(payload)
  })
  return (listener) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }
}
