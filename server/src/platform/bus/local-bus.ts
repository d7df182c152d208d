import { EventEmitter } from 'node:events'
import type { Bus } from './bus.ts'

/** The bus of a single process. */
export function createLocalBus(): Bus {
  const emitter = new EventEmitter().setMaxListeners(0)
  return {
    publish: (topic, payload) => {
      emitter.emit(topic, payload)
    },
    subscribe: async (topic, listener) => {
      emitter.on(topic, listener)
      return () => {
        emitter.off(topic, listener)
      }
    },
    // A process never loses the connection to itself.
    onReconnect: () => () => {},
    close: async () => {
      emitter.removeAllListeners()
    },
  }
}
