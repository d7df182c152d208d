/** Measures the reasoning time of a part. `before`: milliseconds of earlier calls that wrote to the same part. */
export type ThinkingTimer = (part: number, before: number) => number

/** The first part is timed from now, when the model is asked; each further part from its first text. */
export function createThinkingTimer(): ThinkingTimer {
  let current: { part: number; before: number; startedAt: number } | null = null
  const askedAt = performance.now()
  return (part, before) => {
    const now = performance.now()
    if (current?.part !== part) current = { part, before, startedAt: current ? now : askedAt }
    return Math.round(current.before + now - current.startedAt)
  }
}
