const firstDelayMs = 1_000
const maxDelayMs = 60_000

/**
 * Calls `load` until it succeeds: again as soon as the browser has a network, and after delays that double up to a minute. For code of the
 * page that waits quietly while the server is out of reach. Rejects with the last error when `signal` aborts.
 */
export async function loadUntilThere<T>(load: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(2 * delayMs, maxDelayMs)) {
    try {
      return await load()
    } catch (error) {
      await networkOrDelay(delayMs, signal)
      if (signal?.aborted) throw error
    }
  }
}

/** Resolves when the browser says that it has a network again, after the delay, or when the signal aborts. */
function networkOrDelay(delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      window.removeEventListener('online', finish)
      signal?.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, delayMs)
    window.addEventListener('online', finish)
    signal?.addEventListener('abort', finish)
  })
}
