/** Says how much of a growing text is shown now, from what showing it has cost. */
export interface TextPace {
  /** The text to show, and after how many milliseconds to ask again when that is not all of it. */
  readonly choose: (text: string, isGrowing: boolean) => { readonly text: string; readonly waitMs: number }
  /** What was chosen last is on the page. */
  readonly rendered: () => void
}

/** A rendering that takes longer costs frames. */
const cheapMs = 8
/** What is shown is never older, however slow the machine is. */
const longestWaitMs = 250

/**
 * What a single block of unusual size, or a slow machine, makes expensive is shown less often than once a frame, so that at most a third
 * of the time goes into it. Anything but a text that has grown is shown at once.
 */
export function createTextPace(now: () => number = () => performance.now()): TextPace {
  let shown = ''
  let startedAt: number | null = null
  let endedAt = 0
  let costMs = 0
  return {
    choose: (text, isGrowing) => {
      const time = now()
      const pauseMs = costMs > cheapMs ? Math.min(costMs * 2, longestWaitMs) : 0
      const canWait = isGrowing && shown !== '' && text.length > shown.length && text.startsWith(shown)
      const waitMs = canWait ? Math.max(0, endedAt + pauseMs - time) : 0
      if (waitMs > 0) return { text: shown, waitMs }
      if (shown !== text) startedAt = time
      shown = text
      return { text, waitMs: 0 }
    },
    rendered: () => {
      if (startedAt === null) return
      endedAt = now()
      costMs = endedAt - startedAt
      startedAt = null
    },
  }
}
