import { noLimits } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { limitsToTexts, textsToLimits, textToLimit } from './limit-fields.ts'

test('what is shown for limits gives the same limits again, in dollars and megabytes', () => {
  const limits = { ...noLimits, tokensPerDay: 250_000, microUsdPerMonth: 12_500_000, bytesStored: 1_500_000, stepsPerAnswer: 0 }
  const texts = limitsToTexts(limits)
  expect(texts).toMatchObject({ tokensPerDay: '250000', microUsdPerMonth: '12.5', bytesStored: '1.5', messagesPerMinute: '' })
  expect(textsToLimits(texts)).toEqual(limits)
  expect(textsToLimits(limitsToTexts(noLimits))).toEqual(noLimits)
})

test.each([
  ['tokensPerDay', ' 1000 ', 1_000],
  ['tokensPerDay', '1.5', undefined],
  ['tokensPerDay', '-1', undefined],
  ['tokensPerDay', 'many', undefined],
  ['tokensPerDay', '99999999999999999999', undefined],
  ['microUsdPerMonth', '0,5', 500_000],
  ['microUsdPerMonth', '1e3', undefined],
  ['bytesStored', '', null],
] as const)('%s: "%s" is %s', (key, text, limit) => {
  expect(textToLimit(key, text)).toBe(limit)
})

test('one wrong field keeps all from being saved', () => {
  expect(textsToLimits({ ...limitsToTexts(noLimits), tokensPerDay: 'x' })).toBeNull()
})
