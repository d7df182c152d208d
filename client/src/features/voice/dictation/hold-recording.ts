/**
 * Waits until no other tab has the recording, and keeps it for this one until the signal aborts. Null: it was aborted before. Where there
 * are no locks there is no microphone either, but for old browsers, in which two tabs may transcribe the same recording.
 */
export async function holdRecording(id: string, signal: AbortSignal): Promise<true | null> {
  if (signal.aborted) return null
  const locks = globalThis.navigator?.locks
  if (!locks) return true
  const { promise, resolve } = Promise.withResolvers<true | null>()
  const untilAborted = new Promise<void>((end) => signal.addEventListener('abort', () => end(), { once: true }))
  locks
    .request(`holdfast-recording-${id}`, { signal }, async () => {
      resolve(true)
      await untilAborted
    })
    // The wait was aborted, or cookies are blocked, and with them locks.
    .catch(() => resolve(signal.aborted ? null : true))
  return promise
}
