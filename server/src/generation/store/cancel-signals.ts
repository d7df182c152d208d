import type { Id } from '@holdfast/shared'
import type { Bus } from '../../platform/bus/bus.ts'
import { cancelTopic } from '../../event-log/topics.ts'

/** Makes a cancel fast: the flag in the database decides, this only notifies the worker. */
export interface CancelSignals {
  readonly request: (generationId: Id) => void
  /** Calls `listener` when a cancel of this generation reaches this node. */
  readonly listen: (generationId: Id, listener: () => void) => Disposable
  readonly close: () => void
}

export async function createCancelSignals(bus: Bus): Promise<CancelSignals> {
  const listeners = new Map<unknown, () => void>()
  const unsubscribe = await bus.subscribe(cancelTopic, (generationId) => listeners.get(generationId)?.())
  return {
    request: (generationId) => bus.publish(cancelTopic, generationId),
    listen: (generationId, listener) => {
      listeners.set(generationId, listener)
      return {
        [Symbol.dispose]: () => {
          if (listeners.get(generationId) === listener) listeners.delete(generationId)
        },
      }
    },
    close: unsubscribe,
  }
}
