/** A person speaks, or writes: nothing is read aloud meanwhile. */
const listeners = new Set<() => void>()

export function announceDictation(): void {
  for (const listener of listeners) listener()
}

/** Calls the listener when a dictation begins. Returns how to stop. */
export function onDictation(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
