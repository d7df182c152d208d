const charactersPerLine = 80
const mostLines = 16

/** Number of lines of a long question that are shown while it is collapsed. */
export const shownLines = 12

/**
 * The number of lines of a question that is too long to be shown in full, because a pasted log would push everything else out of sight.
 * Null: it is shown in full. Lines that are wrapped count as several, for a column of about 80 characters.
 */
export function countLongLines(content: string): number | null {
  if (content.length <= mostLines) return null
  let lines = 0
  // Runs for every question when a conversation opens, so it copies nothing.
  for (let from = 0; from <= content.length;) {
    const end = content.indexOf('\n', from)
    const to = end === -1 ? content.length : end
    lines += Math.max(1, Math.ceil((to - from) / charactersPerLine))
    from = to + 1
  }
  return lines > mostLines ? lines : null
}
