/** Something that the thread is asked for from elsewhere in the page. Without a thread nothing happens. */
export interface ThreadRequest {
  readonly ask: () => void
  /** Returns how to stop listening. */
  readonly listen: (listener: () => void) => () => void
}

export function createThreadRequest(name: string): ThreadRequest {
  const eventName = `holdfast:${name}`
  return {
    ask: () => void window.dispatchEvent(new Event(eventName)),
    listen: (listener) => {
      window.addEventListener(eventName, listener)
      return () => window.removeEventListener(eventName, listener)
    },
  }
}
