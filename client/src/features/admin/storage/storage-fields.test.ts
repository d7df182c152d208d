import { expect, test } from 'vitest'
import { formatSize } from './format-size.ts'
import { retentionToTexts, textsToRetention, textToDays } from './retention-fields.ts'

test.each([
  [0, '0 byte'],
  [840, '840 byte'],
  [3_400, '3.4 kB'],
  [12_000_000, '12 MB'],
  [1_500_000_000, '1.5 GB'],
  [2_000_000_000_000, '2 TB'],
  [5_000_000_000_000_000, '5,000 TB'],
])('%s bytes are %s', (bytes, words) => {
  expect(formatSize(bytes, 'en')).toBe(words)
})

test.each([
  ['', null],
  [' ', null],
  ['1', 1],
  [' 30 ', 30],
  ['36500', 36_500],
  ['36501', undefined],
  ['0', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['ten', undefined],
])('%j is kept for %s days', (text, days) => {
  expect(textToDays(text)).toBe(days)
})

test('what is typed comes back as it was, and one wrong field makes all of it wrong', () => {
  const retention = { trash: 30, audit: null, unusedFiles: 7 }
  expect(textsToRetention(retentionToTexts(retention))).toEqual(retention)
  expect(textsToRetention({ ...retentionToTexts(retention), audit: 'x' })).toBeNull()
})
