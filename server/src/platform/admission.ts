/** Lets work in, a few at a time and in the order in which it came. */
export interface Admission {
  /** Waits in line. Keep what it gives until the work is done, or until it is given up: also while it still waits. */
  readonly enter: () => Place
}

/** A place in line, and then inside. Disposing it lets the next one in. */
export interface Place extends Disposable {
  /** Resolves with true when it is inside, with false after this many milliseconds of waiting or when the signal aborts. */
  readonly isInside: (waitMs: number, signal: AbortSignal) => Promise<boolean>
}

/** `patienceMs`: after this time in line it is let in whatever is inside, so that work that hangs holds up no others for good. */
export function createAdmission({ atOnce, patienceMs }: { readonly atOnce: number; readonly patienceMs: number }): Admission {
  let inside = 0
  const line = new Set<() => void>()
  const letIn = () => {
    for (const open of line) {
      if (inside >= atOnce) return
      open()
    }
  }
  return {
    enter() {
      let state: 'waiting' | 'inside' | 'left' = 'waiting'
      const opened = Promise.withResolvers<true>()
      const open = () => {
        clearTimeout(patience)
        line.delete(open)
        inside += 1
        state = 'inside'
        opened.resolve(true)
      }
      const patience = setTimeout(open, patienceMs).unref()
      line.add(open)
      letIn()
      return {
        async isInside(waitMs, signal) {
          if (state === 'inside') return true
          const late = Promise.withResolvers<false>()
          const giveUp = () => late.resolve(false)
          const timer = setTimeout(giveUp, waitMs)
          signal.addEventListener('abort', giveUp)
          if (signal.aborted) giveUp()
          try {
            return await Promise.race([opened.promise, late.promise])
          } finally {
            clearTimeout(timer)
            signal.removeEventListener('abort', giveUp)
          }
        },
        [Symbol.dispose]() {
          clearTimeout(patience)
          line.delete(open)
          if (state === 'inside') inside -= 1
          state = 'left'
          letIn()
        },
      }
    },
  }
}
