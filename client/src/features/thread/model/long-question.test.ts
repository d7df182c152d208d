import { expect, test } from 'vitest'
import { countLongLines } from './long-question.ts'

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`).join('\n')

test('a question of a few lines is shown in full', () => {
  expect(countLongLines('Why?')).toBeNull()
  expect(countLongLines(lines(16))).toBeNull()
})

test('a pasted log is collapsed', () => {
  expect(countLongLines(lines(17))).toBe(17)
  expect(countLongLines(lines(400))).toBe(400)
})

test('lines that will be wrapped count as several', () => {
  expect(countLongLines('x'.repeat(16 * 80))).toBeNull()
  expect(countLongLines('x'.repeat(16 * 80 + 1))).toBe(17)
})
