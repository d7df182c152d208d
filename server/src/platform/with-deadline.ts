/** What a promise gives, unless it takes longer. What it waits for continues. @throws Error after the time */
export function withDeadline<Value>(waiting: Promise<Value>, ms: number): Promise<Value> {
  return withSignal(waiting, AbortSignal.timeout(ms))
}

/** What a promise gives, unless a signal aborts first. What it waits for continues. @throws the reason of the signal */
export async function withSignal<Value>(waiting: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const ended = new AbortController()
  try {
    return await Promise.race([
      waiting,
      new Promise<never>((_resolve, reject) => {
        const stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
        if (signal.aborted) stop()
        else signal.addEventListener('abort', stop, { signal: ended.signal })
      }),
    ])
  } finally {
    ended.abort()
  }
}
