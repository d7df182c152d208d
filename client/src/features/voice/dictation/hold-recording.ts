import { withCrossTabLock } from '../../../lib/cross-tab-lock.ts'

/** Waits until no other tab has the recording, and keeps it for this one until the signal aborts. False: it was aborted before. */
export async function holdRecording(id: string, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const ended = new Promise<void>((end) => {
    if (signal.aborted) end()
    else signal.addEventListener('abort', () => end(), { once: true })
  })
  void ended.then(() => resolve(false))
  void withCrossTabLock(`holdfast-recording-${id}`, async () => {
    resolve(!signal.aborted)
    await ended
  })
  return promise
}
