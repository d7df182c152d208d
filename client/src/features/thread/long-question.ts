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
  // Asked of every question when a conversation opens: nothing is copied.
  for (let from = 0; from <= content.length;) {
    const end = content.indexOf('\n', from)
    const to = end === -1 ? content.length : end
    lines += Math.max(1, Math.ceil((to - from) / charactersPerLine))
    from = to + 1
  }
  return lines > mostLines ? lines : null
}
