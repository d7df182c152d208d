const eventName = 'holdfast:find'

/** Opens "find in this conversation" from elsewhere in the page, once what asked for it has closed. Without a thread nothing happens. */
export function openFind(): void {
  requestAnimationFrame(() => requestAnimationFrame(() => window.dispatchEvent(new Event(eventName))))
}

/** Returns how to stop listening. */
export function onFindRequest(listener: () => void): () => void {
  window.addEventListener(eventName, listener)
  return () => window.removeEventListener(eventName, listener)
}
