/** Deeper than this no argument and no result has to be; code that walks through JSON overflows its stack at some thousands. */
const maxDepth = 100

/** Whether a JSON value has more than 100 levels. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return true
    level = level.flatMap((entry) => (typeof entry === 'object' && entry !== null ? Object.values(entry as object) : []))
  }
  return false
}
