import { memo, type ReactNode } from 'react'
import type { HighlightedLine } from './highlight-protocol.ts'

export interface CodeChunkProps {
  /** Lines with their line feeds. */
  readonly source: string
  /** Null before highlighting. */
  readonly lines: readonly HighlightedLine[] | null
}

/** Lines of code in a block element of their own: layout of one long text takes quadratic time. */
export const CodeChunk = memo(function CodeChunk({ source, lines }: CodeChunkProps) {
  return <span className="block">{lines ? highlight(source, lines) : source}</span>
})

function highlight(source: string, lines: readonly HighlightedLine[]): ReactNode[] {
  const parts: ReactNode[] = []
  let plain = ''
  const addPlain = () => {
    if (plain !== '') parts.push(plain)
    plain = ''
  }
  let start = 0
  for (let index = 0; start < source.length; index += 1) {
    const feed = source.indexOf('\n', start)
    const end = feed === -1 ? source.length : feed
    let at = start
    for (const [until, kind] of lines[index] ?? []) {
      // A line may have grown since it was highlighted.
      const stop = Math.min(start + until, end)
      if (stop <= at) continue
      const part = source.slice(at, stop)
      if (kind === '') plain += part
      else {
        addPlain()
        parts.push(
          <span key={at} className={`code-${kind}`}>
            {part}
          </span>,
        )
      }
      at = stop
    }
    plain += source.slice(at, end + 1)
    start = end + 1
  }
  addPlain()
  return parts
}
