/** At least as wide as a digit of the axis in any font that the page uses, in pixels. */
const characterPx = 7
const gapPx = 10
const leastPx = 52

/** The room that the labels of an axis need beside it, in pixels. */
export function labelsToMargin(labels: readonly string[]): number {
  const longest = Math.max(0, ...labels.map(({ length }) => length))
  return Math.max(leastPx, longest * characterPx + gapPx)
}
