import { useEffect, useState } from 'react'
import { chunkLength } from '../document/chunks.ts'
import { openHighlighter, type Highlighter } from './highlighter.ts'
import type { HighlightAnswer, HighlightedLine } from './highlight-protocol.ts'
import { toLanguage } from './languages.ts'

type HighlightedChunks = readonly (readonly HighlightedLine[])[]

const nothing: HighlightedChunks = []

/** The highlighted lines of each chunk; none before the first answer, for unknown languages, and without workers. */
export function useHighlight(language: string, chunks: readonly string[], lineCount: number): HighlightedChunks {
  const [highlighted, setHighlighted] = useState(nothing)
  const [follow] = useState(() => createFollower(setHighlighted))
  useEffect(() => follow.show(language, chunks, lineCount), [follow, language, chunks, lineCount])
  useEffect(() => follow.close, [follow])
  return highlighted
}

interface Follower {
  readonly show: (language: string, chunks: readonly string[], lineCount: number) => void
  readonly close: () => void
}

/** Requests the lines since the last answer, one request at a time: a slow worker gets larger requests, not more of them. */
function createFollower(onChange: (chunks: HighlightedChunks) => void): Follower {
  let wanted: { readonly language: string; readonly chunks: readonly string[]; readonly lineCount: number } | null = null
  let highlighter: Highlighter | null = null
  let block = 0
  let language = ''
  let settledLines = 0
  let askedText: string | null = null
  let result: HighlightedChunks = nothing

  const ask = () => {
    if (!wanted || !highlighter || askedText !== null) return
    const { chunks, lineCount } = wanted
    if (wanted.language !== language) restart(wanted.language)
    const text = textFrom(chunks, settledLines)
    const isOpen = !text.endsWith('\n')
    if (text === '' || (isOpen && text === lastOpenText)) return
    askedText = text
    lastOpenText = isOpen ? text : null
    const lines = isOpen ? text : text.slice(0, -1)
    settledAfter = lineCount - (isOpen ? 1 : 0)
    highlighter.ask({ block, language, from: settledLines, text: lines, openLines: isOpen ? 1 : 0 })
  }
  let lastOpenText: string | null = null
  let settledAfter = 0

  const restart = (next: string) => {
    language = next
    settledLines = 0
    lastOpenText = null
    result = nothing
  }

  const take = ({ from, lines }: HighlightAnswer) => {
    askedText = null
    if (lines === null) return
    if (wanted?.language === language && from === settledLines) {
      result = placeLines(result, from, lines)
      settledLines = settledAfter
      onChange(result)
    }
    ask()
  }

  return {
    show: (nextLanguage, chunks, lineCount) => {
      if (toLanguage(nextLanguage) === null) return
      wanted = { language: nextLanguage, chunks, lineCount }
      if (!highlighter) {
        highlighter = openHighlighter()
        block = highlighter?.add(take) ?? 0
      }
      ask()
    },
    close: () => {
      highlighter?.remove(block)
      highlighter = null
      askedText = null
      restart('')
    },
  }
}

/** The code from a line on. */
function textFrom(chunks: readonly string[], line: number): string {
  const first = Math.floor(line / chunkLength)
  let rest = chunks[first] ?? ''
  for (let skipped = first * chunkLength; skipped < line; skipped += 1) rest = rest.slice(rest.indexOf('\n') + 1)
  return rest + chunks.slice(first + 1).join('')
}

function placeLines(chunks: HighlightedChunks, from: number, lines: readonly HighlightedLine[]): HighlightedChunks {
  const result = [...chunks]
  let line = from
  let index = 0
  while (index < lines.length) {
    const chunk = Math.floor(line / chunkLength)
    const within = line % chunkLength
    const taken = lines.slice(index, index + chunkLength - within)
    result[chunk] = [...(result[chunk] ?? []).slice(0, within), ...taken]
    index += taken.length
    line += taken.length
  }
  return result
}
