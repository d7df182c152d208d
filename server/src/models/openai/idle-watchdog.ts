/**
 * Calls `onIdle` when one wait takes longer than `idleTimeoutMs`. Time between waits does not count: a slow reader is not a silent
 * provider.
 */
export interface IdleWatchdog extends Disposable {
  /** Gives what `waiting` gives. */
  watch<Value>(waiting: Promise<Value>): Promise<Value>
  /** From the next wait on. */
  setTimeoutMs(timeoutMs: number): void
}

/** `onIdle` gets how long was waited, in milliseconds. */
export function createIdleWatchdog(idleTimeoutMs: number, onIdle: (waitedMs: number) => void): IdleWatchdog {
  let timeoutMs = idleTimeoutMs
  let timer: NodeJS.Timeout | null = null
  let waits = 0
  let changes = 0

  // When the process itself stood still, the answer may be waiting in the socket: it is read before an immediate runs.
  const onTimeout = () => {
    const seen = changes
    setImmediate(() => waits > 0 && changes === seen && onIdle(timeoutMs))
  }

  return {
    async watch(waiting) {
      waits += 1
      changes += 1
      if (timer) timer.refresh()
      else timer = setTimeout(onTimeout, timeoutMs)
      try {
        return await waiting
      } finally {
        waits -= 1
        changes += 1
      }
    },
    setTimeoutMs(next) {
      if (next === timeoutMs) return
      timeoutMs = next
      if (timer) clearTimeout(timer)
      timer = waits > 0 ? setTimeout(onTimeout, timeoutMs) : null
    },
    [Symbol.dispose]() {
      changes += 1
      if (timer) clearTimeout(timer)
    },
  }
}
