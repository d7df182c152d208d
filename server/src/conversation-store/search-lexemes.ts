import { isUnspaced, textToWords, type Id, type SearchClause, type SearchQuery } from '@holdfast/shared'

/**
 * Raised, with a migration that empties the index and sets `is_indexed` of `message_files` to false, when texts are taken apart in another
 * way: everything is then indexed again.
 */
export const lexemesVersion = 1

/** Longer texts are searched by their beginning; in UTF-16 units. */
export const maxTextLength = 1_000_000
/** The database takes a little over a million bytes. */
const maxVectorBytes = 850_000
/** Positions and how many of them a lexeme may have, by the rules of Postgres. */
const maxPosition = 16_383
const maxPositions = 255

/**
 * The prefix of every lexeme of a user: a search then touches only that user's part of the index. Two users may share a prefix; the
 * conversation of a message determines its owner.
 */
function userToKey(userId: Id): string {
  return userId.replaceAll('-', '').slice(-6)
}

/** Every message also has a lexeme for the era that it was written in, of this length. */
const eraMs = 8 * 86_400_000

/** A space is in no word: no query can mean an era. */
function toEra(userId: Id, ms: number, away = 0): string {
  return `'${userToKey(userId)} era ${Math.floor(ms / eraMs) + away}'`
}

/** The lexeme that says when something was written. */
export function timeToVector(userId: Id, at: Date): string {
  return toEra(userId, at.getTime())
}

/**
 * Narrows candidates to those of the days before a time, then not at all: a common word need not be looked up in everything that was
 * ever said. Nothing newer is missing in the first.
 */
export function toNearestFirst(userId: Id, candidates: string, before: number): string[] {
  const near = [1, 0, -1].map((away) => toEra(userId, before, away)).join(' | ')
  return [`(${near}) & (${candidates})`, candidates]
}

/** Two letters begin many words: all words with that prefix are looked up as one lexeme. */
const openingLength = 2

function toOpening(key: string, letters: string): string {
  return `'${key} ^${letters}'`
}

/** The words of one document, collected text by text. */
export interface Lexemes {
  /** Adds words as long as the vector has at most `maxBytes`. @returns false once there is no room for more */
  readonly add: (text: string, maxBytes?: number) => boolean
  /** No phrase spans what was added before and what is added after. */
  readonly separate: () => void
  /** All of them as Postgres reads a tsvector. */
  readonly toVector: () => string
}

/** Lexemes hold letters, digits and signs only: nothing in their vector needs escaping. */
export function createLexemes(userId: Id): Lexemes {
  const key = userToKey(userId)
  const positionsByLexeme = new Map<string, number[]>()
  let position = 0
  let bytes = 0
  return {
    add(text, maxBytes = maxVectorBytes) {
      for (const { lexeme } of textToWords(text)) {
        position += 1
        const positions = positionsByLexeme.get(lexeme)
        if (positions) {
          if (position > maxPosition || positions.length >= maxPositions) continue
          positions.push(position)
          bytes += 2
        } else {
          const added = key.length + Buffer.byteLength(lexeme) + 6
          if (bytes + added > maxBytes) return false
          bytes += added
          positionsByLexeme.set(lexeme, position > maxPosition ? [] : [position])
        }
      }
      return true
    },
    separate() {
      position += 1
    },
    toVector() {
      const openings = new Set([...positionsByLexeme.keys()].map((lexeme) => lexeme.slice(0, openingLength)).filter(isOpening))
      return [...positionsByLexeme]
        .map(([lexeme, positions]) => `'${key}${lexeme}'${positions.length > 0 ? `:${positions.join(',')}` : ''}`)
        .concat([...openings].map((letters) => toOpening(key, letters)))
        .join(' ')
    },
  }
}

/** The vector of a single text. */
export function textToVector(userId: Id, text: string): string {
  const lexemes = createLexemes(userId)
  lexemes.add(text.slice(0, maxTextLength))
  return lexemes.toVector()
}

/** Two whole characters of a script with spaces; the others are looked up by pairs anyway. */
function isOpening(letters: string): boolean {
  return letters.length === openingLength && letters.isWellFormed() && !isUnspaced(letters)
}

export interface SearchExpressions {
  /** Answered by the index alone: the words, wherever they stand. */
  readonly candidates: string
  /** With the words of each clause side by side; null when the candidates are exact. */
  readonly exact: string | null
}

/** A query as Postgres reads a tsquery; null when nothing is wanted. */
export function queryToExpressions(userId: Id, query: SearchQuery): SearchExpressions | null {
  if (query.wanted.length === 0) return null
  const key = userToKey(userId)
  const toExpression = (clause: SearchClause, operator: string, isExact: boolean) =>
    `(${clause.lexemes
      .map((lexeme, index) => {
        const isPrefix = clause.isPrefix && index === clause.lexemes.length - 1
        if (isPrefix && !isExact && isOpening(lexeme)) return toOpening(key, lexeme)
        return `'${key}${lexeme}'${isPrefix ? ':*' : ''}`
      })
      .join(operator)})`
  const single = query.unwanted.filter(({ lexemes }) => lexemes.length === 1)
  const candidates = [
    ...query.wanted.map((clause) => toExpression(clause, ' & ', false)),
    ...single.map((clause) => `!${toExpression(clause, ' & ', false)}`),
  ].join(' & ')
  const isExact = [...query.wanted, ...query.unwanted].every(({ lexemes }) => lexemes.length === 1)
  const exact = [
    ...query.wanted.map((clause) => toExpression(clause, ' <-> ', true)),
    ...query.unwanted.map((clause) => `!${toExpression(clause, ' <-> ', true)}`),
  ].join(' & ')
  return { candidates, exact: isExact ? null : exact }
}
