import { findMatches, textToWords, type SearchItem, type SearchQuery, type SearchWord } from '@holdfast/shared'

type Snippet = SearchItem['snippet']

/** UTF-16 units. */
const snippetLength = 220
const lengthBefore = 60
/** Only this many words are searched; for a match after them the snippet is the beginning of the text. */
const maxWords = 100_000
/** Markdown syntax that is removed from a snippet. */
const markPattern = /\*\*|__|~~|`+|^#{1,6}\s|^\s*[-*>|]\s/gmu

/** The words of a text that a snippet is made from. */
export function textToSnippetWords(text: string): SearchWord[] {
  const words: SearchWord[] = []
  for (const word of textToWords(text)) {
    if (words.push(word) >= maxWords) break
  }
  return words
}

/** The part of a text with the most matches, tried at the first 50 of them, as one line. */
export function makeSnippet(text: string, query: SearchQuery): Snippet {
  const matches = findMatches(textToSnippetWords(text), query)
  const from = chooseStart(text, matches)
  const to = atBoundary(text, from + snippetLength)
  const shown = matches.filter(({ start, end }) => start >= from && end <= to)
  let line = from > 0 ? '…' : ''
  const ranges: Snippet['ranges'] = []
  let done = from
  for (const { start, end } of shown) {
    line += toLine(text.slice(done, start), line)
    const place = line.length
    line += toLine(text.slice(start, end), line)
    ranges.push({ start: place, end: line.length })
    done = end
  }
  line += toLine(text.slice(done, to), line)
  return { text: to < text.length ? `${line.trimEnd()}…` : line.trimEnd(), ranges }
}

function chooseStart(text: string, matches: readonly { start: number; end: number }[]): number {
  const starts = matches.slice(0, 50).map(({ start }) => Math.max(0, start - lengthBefore))
  const count = (from: number) => matches.filter(({ start, end }) => start >= from && end <= from + snippetLength).length
  let best = 0
  let bestCount = 0
  for (const start of starts) {
    const matched = count(start)
    if (matched > bestCount) {
      best = start
      bestCount = matched
    }
  }
  if (best === 0) return 0
  // Start at a word boundary if there is one nearby.
  const space = text.slice(best, best + 20).search(/\s/u)
  return space === -1 ? atBoundary(text, best) : best + space + 1
}

/** Never inside a surrogate pair. */
function atBoundary(text: string, index: number): number {
  if (index >= text.length) return text.length
  const unit = text.charCodeAt(index)
  return unit >= 0xdc00 && unit <= 0xdfff ? index + 1 : index
}

function toLine(piece: string, before: string): string {
  const line = piece.replaceAll(markPattern, '').replaceAll(/\s+/gu, ' ')
  return before === '' || before.endsWith(' ') ? line.trimStart() : line
}
