/** The maximum number of items between two looks at the clock: it keeps a fast answer from holding the event loop. */
const maxBatch = 200

/**
 * Hands out ranges [start, end) of `count` items so that item n goes n / perSecond seconds after the first one. Late items go
 * immediately. `Infinity` sends as fast as the consumer takes them.
 */
export async function* paceItems(
  count: number,
  perSecond: number,
  sleep: (ms: number) => Promise<void>,
): AsyncGenerator<readonly [start: number, end: number], void> {
  const startedAt = performance.now()
  let sent = 0
  while (sent < count) {
    const elapsedMs = performance.now() - startedAt
    const due = perSecond === Infinity ? count : Math.floor((elapsedMs / 1000) * perSecond) + 1
    const end = Math.min(count, sent + maxBatch, due)
    if (end > sent) yield [sent, end]
    sent = Math.max(sent, end)
    if (sent < count) await sleep(perSecond === Infinity ? 0 : Math.max(1, (sent / perSecond) * 1000 - elapsedMs))
  }
}
