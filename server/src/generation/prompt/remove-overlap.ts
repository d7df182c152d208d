/** Shorter repetitions are ordinary language ("the the"), not an overlap. */
const shortestOverlap = 16
const longestOverlap = 200

/**
 * For continued answers: models tend to repeat their last words. `push` takes the new text in pieces; it holds back what may still turn
 * out to repeat the end of `before`, and returns the rest.
 */
export function createOverlapRemover(before: string) {
  const tail = before.slice(-longestOverlap)
  let held: string | null = ''

  function release(): string {
    if (held === null) return ''
    const text = held
    held = null
    for (let length = Math.min(tail.length, text.length); length >= shortestOverlap; length -= 1) {
      if (text.startsWith(tail.slice(-length))) return text.slice(length)
    }
    return text
  }

  return {
    push: (text: string): string => {
      if (held === null) return text
      held += text
      return held.length < tail.length && mayRepeat(tail, held) ? '' : release()
    },
    /** Returns what is still held back when the text has ended. */
    end: release,
  }
}

/** Whether `start` could be the beginning of a repetition of the end of `tail`. */
function mayRepeat(tail: string, start: string): boolean {
  for (let from = tail.length - Math.max(start.length, shortestOverlap); from >= 0; from -= 1) {
    if (tail.startsWith(start, from)) return true
  }
  return false
}
