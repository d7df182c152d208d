import { isUnspaced, textToWords, type SearchWord } from './search-words.ts'

/** Adjacent words. `isPrefix`: the last one may be the beginning of a word. */
export interface SearchClause {
  readonly lexemes: readonly string[]
  readonly isPrefix: boolean
}

/** Matches text with all of `wanted` and none of `unwanted`. */
export interface SearchQuery {
  readonly wanted: readonly SearchClause[]
  readonly unwanted: readonly SearchClause[]
  /** `is:starred`: only messages with a star. With it alone, every one of them matches. */
  readonly isStarred?: true
}

const starredPattern = /^is:starred$/iu

const clausePattern = /(?<![^\s"“”„«»])(-)?(?:["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)|([^\s"“”„«»]+))/gu

/**
 * Parses a search: words, "adjacent words", -words that must not occur. The last word outside quotes may be unfinished. Any text is a
 * query: one without words matches nothing, and in one with only exclusions the minus signs are ignored. `is:starred` is a filter.
 */
export function textToQuery(text: string): SearchQuery {
  const wanted: SearchClause[] = []
  const unwanted: SearchClause[] = []
  let isStarred = false
  const matches = [...text.matchAll(clausePattern)]
  for (const [index, match] of matches.entries()) {
    const [, minus, quoted, plain] = match
    if (minus === undefined && plain !== undefined && starredPattern.test(plain)) {
      isStarred = true
      continue
    }
    const isLast = index === matches.length - 1
    const clause = wordsToClause(quoted ?? plain ?? '', quoted === undefined && isLast)
    if (clause) (minus === undefined ? wanted : unwanted).push(clause)
  }
  const filter = isStarred ? { isStarred: true as const } : {}
  return wanted.length > 0 ? { wanted, unwanted, ...filter } : { wanted: unwanted, unwanted: [], ...filter }
}

function wordsToClause(text: string, isUnfinished: boolean): SearchClause | null {
  const words = [...textToWords(text)]
  const last = words.at(-1)
  if (!last) return null
  // The last character of a run is indexed alone only at the end of a run, so the pair before it finds more.
  const before = words.at(-2)
  const isInPair = isUnspaced(last.lexeme) && before !== undefined && before.lexeme.endsWith(last.lexeme) && isPair(before)
  const kept = isInPair ? words.slice(0, -1) : words
  const lexemes = kept.map((word) => word.lexeme)
  if (isInPair) return { lexemes, isPrefix: false }
  // A single character of a script without spaces is the beginning of a pair; a single letter would match too much.
  const isPrefix = isUnspaced(last.lexeme) || (isUnfinished && last.lexeme.length > 1)
  return { lexemes, isPrefix }
}

function isPair(word: SearchWord): boolean {
  return isUnspaced(word.lexeme) && [...word.lexeme].length > 1
}

/** The ranges of the text in which `words` match the query, in order, merged where they touch. */
export function findMatches(words: readonly SearchWord[], query: SearchQuery): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  for (const index of words.keys()) {
    for (const clause of query.wanted) {
      const range = matchAt(words, index, clause)
      if (!range) continue
      const last = found.at(-1)
      if (last && range.start <= last.end) last.end = Math.max(last.end, range.end)
      else found.push(range)
    }
  }
  return found
}

/** Those of the wanted clauses that `words` match somewhere. */
export function findClauses(words: readonly SearchWord[], query: SearchQuery): SearchClause[] {
  return query.wanted.filter((clause) => words.some((_, index) => matchAt(words, index, clause) !== null))
}

function matchAt(words: readonly SearchWord[], index: number, clause: SearchClause): { start: number; end: number } | null {
  const { lexemes, isPrefix } = clause
  for (const [offset, lexeme] of lexemes.entries()) {
    const word = words[index + offset]
    if (word === undefined) return null
    const isEqual = word.lexeme === lexeme
    if (!isEqual && !(isPrefix && offset === lexemes.length - 1 && word.lexeme.startsWith(lexeme))) return null
  }
  const first = words[index]
  const last = words[index + lexemes.length - 1]
  if (!first || !last) return null
  // Only the first character of a pair matches.
  const asked = lexemes.at(-1) ?? ''
  const isHalf = isUnspaced(asked) && asked !== last.lexeme && last.end - last.start === last.lexeme.length
  return { start: first.start, end: isHalf ? last.start + asked.length : last.end }
}
