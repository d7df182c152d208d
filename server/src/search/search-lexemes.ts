import { textToWords, type Id, type SearchClause, type SearchQuery } from '@holdfast/shared'

/** Raised, with a migration that empties the index, when texts are taken apart in another way: everything is then indexed again. */
export const lexemesVersion = 1

/** Longer texts are searched by their beginning; in UTF-16 units. */
const maxTextLength = 1_000_000
/** The database takes a little over a million bytes. */
const maxVectorBytes = 900_000
/** Positions and how many of them a lexeme may have, by the rules of Postgres. */
const maxPosition = 16_383
const maxPositions = 255

/**
 * What every lexeme of a user begins with: a search then touches only that user's part of the index. Two users may share one; whose
 * a message is says its conversation.
 */
function userToKey(userId: Id): string {
  return userId.replaceAll('-', '').slice(-6)
}

/** A text as Postgres reads a tsvector. Lexemes hold letters, digits and signs only: nothing in them needs escaping. */
export function textToVector(userId: Id, text: string): string {
  const key = userToKey(userId)
  const positionsByLexeme = new Map<string, number[]>()
  let position = 0
  let bytes = 0
  for (const { lexeme } of textToWords(text.slice(0, maxTextLength))) {
    position += 1
    const positions = positionsByLexeme.get(lexeme)
    if (positions) {
      if (position > maxPosition || positions.length >= maxPositions) continue
      positions.push(position)
      bytes += 2
    } else {
      bytes += key.length + Buffer.byteLength(lexeme) + 6
      if (bytes > maxVectorBytes) break
      positionsByLexeme.set(lexeme, position > maxPosition ? [] : [position])
    }
  }
  return [...positionsByLexeme]
    .map(([lexeme, positions]) => `'${key}${lexeme}'${positions.length > 0 ? `:${positions.join(',')}` : ''}`)
    .join(' ')
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
  const toExpression = (clause: SearchClause, operator: string) =>
    `(${clause.lexemes
      .map((lexeme, index) => `'${key}${lexeme}'${clause.isPrefix && index === clause.lexemes.length - 1 ? ':*' : ''}`)
      .join(operator)})`
  const single = query.unwanted.filter(({ lexemes }) => lexemes.length === 1)
  const candidates = [
    ...query.wanted.map((clause) => toExpression(clause, ' & ')),
    ...single.map((clause) => `!${toExpression(clause, ' & ')}`),
  ].join(' & ')
  const isExact = [...query.wanted, ...query.unwanted].every(({ lexemes }) => lexemes.length === 1)
  const exact = [
    ...query.wanted.map((clause) => toExpression(clause, ' <-> ')),
    ...query.unwanted.map((clause) => `!${toExpression(clause, ' <-> ')}`),
  ].join(' & ')
  return { candidates, exact: isExact ? null : exact }
}
