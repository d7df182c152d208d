import type { Admission } from './admission.ts'

/**
 * Reads that many ask for at the same moment, and that are made once: whoever asks while a read waits in line or runs gets what it finds.
 * That may be a little older than the question.
 */
export interface SharedReads {
  /** `key` names what is read. When a read fails that somebody else began, the asker makes one of its own. */
  readonly read: <Result>(key: string, read: () => Promise<Result>) => Promise<Result>
}

/** @param admission few reads run at a time; one that has waited for `longestWaitMs` waits no longer */
export function createSharedReads(admission: Admission, longestWaitMs: number): SharedReads {
  const running = new Map<string, Promise<unknown>>()
  const never = new AbortController().signal

  async function inLine<Result>(read: () => Promise<Result>): Promise<Result> {
    using place = admission.enter()
    await place.isInside(longestWaitMs, never)
    return await read()
  }

  return {
    read: async <Result>(key: string, read: () => Promise<Result>) => {
      const known = running.get(key)
      if (known) {
        try {
          // The key names what is read, and so its type.
          return (await known) as Result
        } catch {
          return await inLine(read)
        }
      }
      const own = inLine(read).finally(() => running.delete(key))
      running.set(key, own)
      return await own
    },
  }
}
