const eventName = 'holdfast:last-answer'

/** Gives the focus to the last answer of the thread that is open, from elsewhere in the page. Without a thread nothing happens. */
export function showLastAnswer(): void {
  window.dispatchEvent(new Event(eventName))
}

/** Returns how to stop listening. */
export function onLastAnswerRequest(listener: () => void): () => void {
  window.addEventListener(eventName, listener)
  return () => window.removeEventListener(eventName, listener)
}
