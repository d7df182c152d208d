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
