import type { ClientSocket } from './context.ts'

/**
 * [W6] The same items, and none once the client was asked to move to another socket. It follows there from the last id that it got, while
 * tRPC's client still listens here: it tells items apart by their ids, and the same records come in other batches with other ids.
 */
export function untilLeaving(
  stream: AsyncIterable<unknown>,
  socket: Pick<ClientSocket, 'isLeaving'>,
): AsyncIterableIterator<unknown> {
  const iterator = stream[Symbol.asyncIterator]()
  return {
    next: async () => {
      const step = await iterator.next()
      // The adapter stops waiting, and calls `return`, when the client stops the subscription or the socket closes.
      return socket.isLeaving && !step.done ? new Promise<never>(() => {}) : step
    },
    return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
