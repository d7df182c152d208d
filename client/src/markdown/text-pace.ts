/** Decides how much of a growing text to render, from what the last rendering cost. */
export interface TextPace {
  /** The text to render, and in how many milliseconds to ask again if that is not all of it. */
  readonly choose: (text: string, isGrowing: boolean) => { readonly text: string; readonly waitMs: number }
  /** Must be called when the chosen text is in the page. */
  readonly rendered: () => void
}

/** A longer rendering drops frames. */
const cheapMs = 8
/** Maximum age of the rendered text, however slow the machine is. */
const longestWaitMs = 250

/**
 * Renders less often than once a frame when a very large block or a slow machine makes it expensive, so that rendering takes at most a
 * third of the time. A text that does not continue the last one renders immediately.
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
