import '../../i18n/later-english.ts'
import { expect, test } from 'vitest'
import { createI18n } from '../../i18n/i18n.ts'
import type { Text } from '../../i18n/use-text.ts'
import { formatMicroUsd } from '../../ui/format-amount.ts'
import { labelsToMargin } from './labels-to-margin.ts'
import { usageToCsv } from './usage-csv.ts'
import { toCost, type UsageSums } from './usage-words.ts'

const i18n = createI18n()
const text: Text = (id, values) => i18n._(id, values)
const sums = (change: Partial<UsageSums> = {}): UsageSums => ({
  calls: 4,
  inputTokens: 1_000,
  outputTokens: 200,
  cachedInputTokens: 0,
  costMicroUsd: 1_200_000,
  unknownCostCalls: 0,
  estimatedCalls: 0,
  ...change,
})

test('a partly unknown cost is a lower bound, and an unknown cost is never 0', () => {
  expect(toCost(sums(), text)).toBe('$1.20')
  expect(toCost(sums({ unknownCostCalls: 1 }), text)).toBe('at least $1.20')
  expect(toCost(sums({ unknownCostCalls: 4, costMicroUsd: 0 }), text)).toBe('unknown')
  expect(toCost(sums({ costMicroUsd: 0 }), text)).toBe('$0.00')
})

test('a CSV file quotes cells, defuses formulas, and leaves unknown costs empty (attack F7)', () => {
  const csv = usageToCsv('conversation', [
    { name: 'Plain', ...sums() },
    { name: 'A "title", with commas\nand lines', ...sums({ unknownCostCalls: 4, costMicroUsd: 0 }) },
    { name: '=HYPERLINK("http://example.org")', ...sums({ unknownCostCalls: 1 }) },
  ])
  expect(csv).toBe(
    [
      'conversation,calls,inputTokens,cachedInputTokens,outputTokens,estimatedCalls,costUsd,callsWithoutPrice',
      'Plain,4,1000,0,200,0,1.200000,0',
      '"A ""title"", with commas\nand lines",4,1000,0,200,0,,4',
      `"'=HYPERLINK(""http://example.org"")",4,1000,0,200,0,1.200000,1`,
      '',
    ].join('\r\n'),
  )
})

test('the label "$0.0005" of an axis was cut on the left', () => {
  const labels = [0, 500, 1_000].map((cost) => formatMicroUsd(cost, 'en'))
  const longest = Math.max(...labels.map(({ length }) => length))
  expect(longest).toBeGreaterThan(6)
  expect(labelsToMargin(labels) / longest, 'pixels for each character').toBeGreaterThanOrEqual(7)
  expect(labelsToMargin([]), 'without labels').toBe(labelsToMargin(['0']))
})
