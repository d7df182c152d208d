import { expect, test } from 'vitest'
import { foldText, foldUnits } from './fold-text.ts'

const texts = [
  'Café crème',
  'cafe\u0301',
  'Straße  Œuvre',
  'ﬃ ① Ｗ',
  'ΟΔΟΣ',
  'が か\u3099',
  '가\u11a8 \u1112\u1161\u11ab',
  'हिन्दी',
  '👩🏽‍💻 ok',
  'İstanbul',
]

test.for(texts)('folding %s unit by unit gives the same result as folding it whole', (text) => {
  const units = [...foldUnits(text)]
  expect(
    units
      .map(({ folded }) => folded)
      .join('')
      .replaceAll(/ +/gu, ' '),
  ).toBe(foldText(text))
  expect(units.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text)
})

test('a combining accent belongs to its letter', () => {
  expect([...foldUnits('e\u0301t')]).toEqual([
    { folded: 'e', start: 0, end: 2 },
    { folded: 't', start: 2, end: 3 },
  ])
})
