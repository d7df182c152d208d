/**
 * The items of all streams as they come. A stream is asked for its next item after its last one was taken, so nothing piles up behind a
 * slow reader. Ends when every stream has ended; the caller ends them by their signal. @throws what a stream throws
 */
export async function* mergeStreams<Item>(streams: readonly AsyncIterable<Item>[]): AsyncGenerator<Item, void> {
  const arrived: (() => Item | null)[] = []
  let open = streams.length
  let wake: (() => void) | null = null
  const arrive = (take: () => Item | null) => {
    arrived.push(take)
    wake?.()
  }
  const askNext = (iterator: AsyncIterator<Item>) => {
    iterator.next().then(
      (result) =>
        arrive(() => {
          if (result.done) {
            open -= 1
            return null
          }
          askNext(iterator)
          return result.value
        }),
      (error: unknown) =>
        arrive(() => {
          throw error
        }),
    )
  }
  for (const stream of streams) askNext(stream[Symbol.asyncIterator]())
  while (open > 0) {
    const take = arrived.shift()
    if (take) {
      const item = take()
      if (item !== null) yield item
    } else {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      wake = null
    }
  }
}
