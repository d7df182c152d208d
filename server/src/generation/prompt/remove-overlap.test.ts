import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createOverlapRemover } from './remove-overlap.ts'

function joined(before: string, pieces: readonly string[]): string {
  const remover = createOverlapRemover(before)
  return pieces.map((piece) => remover.push(piece)).join('') + remover.end()
}

const before = 'The tide comes in twice a day, and the weed holds fast to the rock'

test('the last words said again are left out, however they are cut', () => {
  fc.assert(
    fc.property(fc.integer({ min: 16, max: before.length }), fc.array(fc.integer({ min: 1, max: 9 })), (length, cuts) => {
      const text = `${before.slice(-length)}, whatever pulls.`
      const pieces: string[] = []
      let start = 0
      for (const size of cuts) {
        pieces.push(text.slice(start, start + size))
        start += size
      }
      pieces.push(text.slice(start))
      expect(joined(before, pieces)).toBe(', whatever pulls.')
    }),
  )
})

test('a short repetition is ordinary language and stays', () => {
  expect(joined('the the', [' the', ' end'])).toBe(' the end')
  expect(joined(before, ['the rock', ' and the sea'])).toBe('the rock and the sea')
})

test('text that repeats nothing passes immediately', () => {
  const remover = createOverlapRemover(before)
  expect(remover.push('And')).toBe('And')
  expect(remover.push(' then')).toBe(' then')
})

test('text that begins like a repetition and is none is given whole', () => {
  expect(joined(before, ['and the weed holds', ' nothing at all'])).toBe('and the weed holds nothing at all')
})

/** A text of few letters repeats itself in every way; the emoji and the letter outside the BMP are pairs. */
const phrase = fc
  .array(fc.constantFrom('a', 'b', ' ', 'the tide ', 'comes in ', '🌊', '𝒜', '👩‍🚀', '日本'), { maxLength: 40 })
  .map((words) => words.join(''))

/** Cuts anywhere, also between the halves of a pair. */
function cut(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = []
  let start = 0
  for (const size of sizes) {
    pieces.push(text.slice(start, start + size))
    start += size
  }
  return [...pieces, text.slice(start)]
}

test('whatever is said again, from nothing to all of it, is left out, and not a character more', () => {
  const repeated = fc
    .tuple(phrase, fc.double({ min: 0, max: 1, noNaN: true }), phrase)
    // Words that exist once: what was repeated can be told from what only looks so.
    .map(([said, share, next]) => ({ said: `${said}<1>${said}<2>${said}<3>`, share, next: `<4>${next}` }))
  fc.assert(
    fc.property(repeated, fc.array(fc.integer({ min: 1, max: 12 })), ({ said, share, next }, sizes) => {
      const length = Math.round(said.length * share)
      const again = length === 0 ? '' : said.slice(-length)
      expect(joined(said, cut(again + next, sizes))).toBe(length < 16 ? again + next : next)
    }),
    { numRuns: 1_000 },
  )
})

test('the result does not depend on how the text is cut, and what is left out stands at the end of what was said', () => {
  fc.assert(
    fc.property(phrase, phrase, fc.array(fc.integer({ min: 1, max: 12 })), fc.boolean(), (said, next, sizes, isRepeating) => {
      const text = isRepeating ? said.slice(-20) + next : next
      const whole = joined(said, [text])
      expect(joined(said, cut(text, sizes))).toBe(whole)
      expect(text.endsWith(whole)).toBe(true)
      const removed = text.slice(0, text.length - whole.length)
      expect(said.endsWith(removed)).toBe(true)
      expect(removed.length === 0 || removed.length >= 16).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})

test('an answer of thousands of words that is said again from its beginning is left out whole', () => {
  const said = Array.from({ length: 2_000 }, (_, index) => `w${index} `).join('')
  const pieces = `${said}and on`.match(/\S+\s*/gu) ?? []
  expect(joined(said, pieces)).toBe('and on')
})

test.each([
  ['a rule of dashes', `| a | b |\n|${'-'.repeat(40)}`, `${'-'.repeat(20)}|\n`],
  ['zeros', `1${'0'.repeat(30)}`, '0'.repeat(40)],
  [
    'a refrain',
    'All work and no play makes Jack a dull boy.\n'.repeat(3),
    'All work and no play makes Jack a dull boy.\nThe end.',
  ],
])('a pattern that goes on loses nothing: %s', (_, said, next) => {
  expect(joined(said, [next])).toBe(next)
})
