import { createValueStore, type ReadableStore } from '../../../lib/value-store.ts'
import { ReadingError, type Speaker } from './speaker.ts'
import { toUnits } from './to-units.ts'

/** The text that is read, which may still grow. */
export interface ReaderSource {
  readonly read: () => { readonly paragraphs: readonly string[]; readonly isGrowing: boolean }
  /** Calls the listener when the text may have changed. Returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void
}

export interface ReaderState {
  /** `waiting`: for more text. `done`: all of it was read. `failed`: `error` says why, or is empty. */
  readonly status: 'reading' | 'waiting' | 'paused' | 'done' | 'failed'
  /** From 0. */
  readonly paragraph: number
  readonly count: number
  readonly error: ReadingError | null
}

export interface Reader extends ReadableStore<ReaderState> {
  /** Reads on from a paragraph. */
  readonly goTo: (paragraph: number) => void
  readonly pause: () => void
  /** Reads on from the sentence in which it was paused; from the beginning when all was read. */
  readonly resume: () => void
  /** The sentence that is being read begins again. */
  readonly setSpeed: (speed: number) => void
  readonly close: () => void
}

export interface ReaderOptions {
  readonly source: ReaderSource
  readonly speaker: Speaker
  readonly speed: number
  /** The paragraph to begin with. */
  readonly from: number
}

/** Reads a text aloud, paragraph by paragraph. What is not finished yet is read as soon as it is. */
export function createReader({ source, speaker, speed: firstSpeed, from }: ReaderOptions): Reader {
  const count = source.read().paragraphs.length
  const store = createValueStore<ReaderState>({ status: 'reading', paragraph: from, count, error: null })
  let unit = 0
  let speed = firstSpeed
  let run = new AbortController()

  const set = (changes: Partial<ReaderState>) => store.set({ ...store.get(), ...changes })

  /** The stretches of a paragraph that will not change any more. */
  const toFinished = (index: number): string[] => {
    const { paragraphs, isGrowing } = source.read()
    const units = toUnits(paragraphs[index] ?? '')
    return isGrowing && index >= paragraphs.length - 1 ? units.slice(0, -1) : units
  }

  const read = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const { paragraphs, isGrowing } = source.read()
      const { paragraph } = store.get()
      const units = toFinished(paragraph)
      const next = units[unit]
      if (next !== undefined) {
        set({ status: 'reading', count: paragraphs.length })
        const following = units[unit + 1] ?? toFinished(paragraph + 1)[0]
        const speaking = speaker.speak(next, speed, signal)
        if (following !== undefined) speaker.prepare?.(following, signal)
        await speaking
        if (!signal.aborted) unit += 1
      } else if (paragraph < paragraphs.length - 1) {
        unit = 0
        set({ paragraph: paragraph + 1, count: paragraphs.length })
      } else if (isGrowing) {
        set({ status: 'waiting', count: paragraphs.length })
        await untilChanged(source, signal)
      } else return set({ status: 'done', count: paragraphs.length })
    }
  }
  const start = () => {
    run.abort()
    run = new AbortController()
    const { signal } = run
    set({ status: 'reading', error: null })
    read(signal).catch((error: unknown) => {
      if (signal.aborted) return
      set({ status: 'failed', error: error instanceof ReadingError ? error : new ReadingError('failed') })
    })
  }
  start()
  return {
    get: store.get,
    subscribe: store.subscribe,
    goTo: (paragraph) => {
      const last = source.read().paragraphs.length - 1
      unit = 0
      set({ paragraph: Math.max(0, Math.min(paragraph, last)) })
      start()
    },
    pause: () => {
      run.abort()
      set({ status: 'paused' })
    },
    resume: () => {
      if (store.get().status === 'done') {
        unit = 0
        set({ paragraph: 0 })
      }
      start()
    },
    setSpeed: (next) => {
      speed = next
      if (store.get().status === 'reading') start()
    },
    close: () => {
      run.abort()
      speaker.close()
    },
  }
}

async function untilChanged(source: ReaderSource, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const forget = source.subscribe(resolve)
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
  forget()
}
