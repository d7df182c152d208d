import { PGlite } from '@electric-sql/pglite'
import { textToQuery } from '@holdfast/shared'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { queryToExpressions, textToVector } from './search-lexemes.ts'

const userId = '01a1f853-7ea4-73eb-b8cc-a1f83ffc5dad'
let pglite: PGlite

beforeAll(async () => {
  pglite = await PGlite.create()
})
afterAll(() => pglite.close())

/** As the database sees it: by the index first, then exactly. */
async function isFound(text: string, query: string): Promise<boolean> {
  const expressions = queryToExpressions(userId, textToQuery(query))
  if (!expressions) return false
  const { candidates, exact } = expressions
  const { rows } = await pglite.query<{ found: boolean }>(
    'select $1::tsvector @@ $2::tsquery and $1::tsvector @@ $3::tsquery as found',
    [textToVector(userId, text), candidates, exact ?? candidates],
  )
  return rows[0]?.found ?? false
}

test('every word of any text finds it, and so does the text as a phrase', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), async (text) => {
      const words = (text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).filter((word) => /[\p{L}\p{N}]/u.test(word))
      for (const word of words) expect(await isFound(text, word), word).toBe(true)
      if (words.length > 0) expect(await isFound(text, `"${text.replaceAll(/["“”„«»]/gu, ' ')}"`)).toBe(true)
    }),
    { numRuns: 300, examples: [['ـ'], ['ͺ '], ['ﱞ '], ['½x 検索 索'], ['索検索']] },
  )
})

test('a vector never grows beyond what the database takes', async () => {
  const words = Array.from({ length: 200_000 }, (_, index) => `${index.toString(36)}é検索`)
  const text = words.join(' ')
  expect(await isFound(text, words[5] ?? '')).toBe(true)
  expect(await isFound('long '.repeat(150_000), 'long')).toBe(true)
  expect(await isFound('x'.repeat(500_000), 'x'.repeat(500))).toBe(true)
})

test('the same word of another user is another lexeme', () => {
  const other = '01a1f853-7ea4-73eb-b8cc-000000000000'
  expect(textToVector(userId, 'word')).not.toBe(textToVector(other, 'word'))
})
