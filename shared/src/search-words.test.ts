import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findMatches, foldText, textToQuery, textToWords } from './index.ts'

const lexemes = (text: string) => [...textToWords(text)].map(({ lexeme }) => lexeme)
const matched = (text: string, query: string) =>
  findMatches([...textToWords(text)], textToQuery(query)).map(({ start, end }) => text.slice(start, end))

test('accents, case, width and ligatures are folded', () => {
  expect(lexemes('Crème BRÛLÉE ﬁnal Ｗｉｄｅ Straße Łódź Ærø')).toEqual([
    'creme',
    'brulee',
    'final',
    'wide',
    'strasse',
    'lodz',
    'aero',
  ])
  expect(lexemes('İstanbul ΟΔΟΣ')).toEqual(lexemes('istanbul οδος'))
  expect(foldText('Ё')).toBe('е')
})

test('vowels of Indic scripts and the voice marks of kana are no accents', () => {
  expect(foldText('हिन्दी')).toBe('हिन्दी'.normalize('NFC'))
  expect(foldText('が')).not.toBe(foldText('か'))
})

test('punctuation separates words, and every word knows its place', () => {
  const text = 'use node.js, don’t_panic — 3.14!'
  const words = [...textToWords(text)]
  expect(words.map(({ lexeme }) => lexeme)).toEqual(['use', 'node', 'js', 'don', 't', 'panic', '3', '14'])
  expect(words.map(({ start, end }) => text.slice(start, end))).toEqual(['use', 'node', 'js', 'don', 't', 'panic', '3', '14'])
})

test('text without spaces is taken apart into pairs of characters', () => {
  expect(lexemes('検索機能')).toEqual(['検索', '索機', '機能', '能'])
  expect(lexemes('Postgresの検索')).toEqual(['postgres', 'の検', '検索', '索'])
  expect(matched('全文検索の機能', '検索')).toEqual(['検索'])
  expect(matched('全文検索の機能', '索')).toEqual(['索'])
  expect(matched('全文検索の機能', '能')).toEqual(['能'])
  expect(matched('全文検索の機能', '検索 機能')).toEqual(['検索', '機能'])
  expect(matched('검색을 합니다', '검색')).toEqual(['검색'])
  expect(matched('ภาษาไทยง่าย', 'ไทย')).toEqual(['ไทย'])
})

test('a query is words, phrases, words that are not wanted, and an unfinished last word', () => {
  expect(textToQuery('alpha "beta gamma" -delta eps')).toEqual({
    wanted: [
      { lexemes: ['alpha'], isPrefix: false },
      { lexemes: ['beta', 'gamma'], isPrefix: false },
      { lexemes: ['eps'], isPrefix: true },
    ],
    unwanted: [{ lexemes: ['delta'], isPrefix: false }],
  })
  expect(textToQuery('“curly quotes”').wanted).toEqual([{ lexemes: ['curly', 'quotes'], isPrefix: false }])
  expect(textToQuery('"never closed').wanted).toEqual([{ lexemes: ['never', 'closed'], isPrefix: false }])
  expect(textToQuery('well-known').wanted).toEqual([{ lexemes: ['well', 'known'], isPrefix: true }])
  expect(textToQuery('-Xmx').wanted).toEqual([{ lexemes: ['xmx'], isPrefix: true }])
  expect(textToQuery('?! "" - &|:*').wanted).toEqual([])
})

test('a match is found with its neighbours, and only then', () => {
  expect(matched('the quick brown fox, the brown quick', '"quick brown"')).toEqual(['quick brown'])
  expect(matched('migrate the migration', 'migra')).toEqual(['migrate', 'migration'])
  expect(matched('Un café, des cafés', 'cafe')).toEqual(['café', 'cafés'])
  expect(matched('a party 🎉 today', '🎉')).toEqual(['🎉'])
})

test('no text breaks it, places never overlap and lie in the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 20 }), (text, query) => {
      const words = [...textToWords(text)]
      for (const { start, end, lexeme } of words) {
        expect(start).toBeGreaterThanOrEqual(0)
        expect(end).toBeGreaterThan(start)
        expect(end).toBeLessThanOrEqual(text.length)
        expect(lexeme).not.toBe('')
      }
      let before = -1
      for (const { start, end } of findMatches(words, textToQuery(query))) {
        expect(start).toBeGreaterThan(before)
        before = end
      }
    }),
  )
})

test('every word of a text is found in it, and so is the whole text as a phrase', () => {
  const word = fc.oneof(
    fc.stringMatching(/^[a-z]{1,8}$/u),
    fc.constantFrom('été', '検索機能', 'ไทย', '한국어', 'ß', '½', 'x²', 'क्षि'),
  )
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (given) => {
      const text = given.join(' ')
      const words = [...textToWords(text)]
      for (const one of given) expect(findMatches(words, textToQuery(`"${one}"`))).not.toEqual([])
      expect(findMatches(words, textToQuery(`"${text}"`))).not.toEqual([])
    }),
  )
})
