import type { Bus } from '../bus/bus.ts'

const topic = 'auth:session-revoked'

/**
 * Tells all nodes that a session or access token is dead. Its tokens are refused without this: it closes what is open.
 */
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
