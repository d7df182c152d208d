const opening = /^(?: {0,3}|[ \t]*(?:[-*+]|\d+[.)])[ \t]+)(`{3,}|~{3,})([^`]*)$/u

/** The source inside the last fence of a markdown text; null when there is none. A fence that is still open counts. */
export function lastCodeBlock(markdown: string): string | null {
  let fence: string | null = null
  let lines: string[] = []
  let last: string | null = null
  for (const line of markdown.split('\n')) {
    if (fence === null) {
      fence = opening.exec(line)?.[1] ?? null
      lines = []
    } else if (isClosing(line, fence)) {
      last = lines.join('\n')
      fence = null
    } else lines.push(line)
  }
  return fence === null ? last : lines.join('\n')
}

function isClosing(line: string, fence: string): boolean {
  const marks = line.trim()
  return marks.length >= fence.length && marks === (fence[0] ?? '').repeat(marks.length)
}
