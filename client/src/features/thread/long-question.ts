const charactersPerLine = 80
const mostLines = 16

/** So many lines of a long question are shown until somebody wants to see all of it. */
export const shownLines = 12

/**
 * How many lines a question has, when that is too many to stand there in full: a pasted log would push everything else out of sight.
 * Null: it is shown as it is. Lines that are wrapped count as several, for a column of about 80 characters.
 */
export function countLongLines(content: string): number | null {
  if (content.length <= mostLines) return null
  let lines = 0
  for (const line of content.split('\n')) lines += Math.max(1, Math.ceil(line.length / charactersPerLine))
  return lines > mostLines ? lines : null
}
