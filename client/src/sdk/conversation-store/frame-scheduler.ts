export interface FrameScheduler {
  /** Runs the task once, soon: before the next frame is painted, or in the next microtask where nothing is painted. */
  readonly schedule: () => void
  /** Runs it now if it was scheduled. */
  readonly flush: () => void
  readonly close: () => void
}

/** A hidden page paints no frames, but its title and its marks still have to be right. */
const hiddenDelayMs = 250

/** Many changes between two frames cost one rendering. */
export function createFrameScheduler(task: () => void): FrameScheduler {
  let cancel: (() => void) | null = null
  const run = () => {
    cancel?.()
    cancel = null
    task()
  }
  const flush = () => {
    if (cancel) run()
  }
  const paints = typeof document !== 'undefined' && typeof requestAnimationFrame !== 'undefined'
  // A frame that was asked for while the page was shown does not come while it is hidden, and the other way round it comes too late.
  if (paints) document.addEventListener('visibilitychange', flush)

  return {
    schedule: () => {
      cancel ??= paints ? (document.hidden ? inTime(run) : inFrame(run)) : inMicrotask(run)
    },
    flush,
    close: () => {
      cancel?.()
      cancel = null
      if (paints) document.removeEventListener('visibilitychange', flush)
    },
  }
}

function inFrame(run: () => void): () => void {
  const frame = requestAnimationFrame(run)
  return () => cancelAnimationFrame(frame)
}

function inTime(run: () => void): () => void {
  const timer = setTimeout(run, hiddenDelayMs)
  return () => clearTimeout(timer)
}

function inMicrotask(run: () => void): () => void {
  let isCancelled = false
  queueMicrotask(() => {
    if (!isCancelled) run()
  })
  return () => {
    isCancelled = true
  }
}
