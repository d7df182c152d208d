import { expect, test } from 'vitest'
import { periodToDays, periodToSearch, searchToPeriod } from './period.ts'

const today = '2026-03-01'

test.each([
  ['', { from: '2026-01-31', to: today, lastDays: 30 }],
  ['days=7', { from: '2026-02-23', to: today, lastDays: 7 }],
  ['days=90', { from: '2025-12-02', to: today, lastDays: 90 }],
  ['days=12', { from: '2026-01-31', to: today, lastDays: 30 }],
  ['from=2026-01-05&to=2026-01-05', { from: '2026-01-05', to: '2026-01-05', lastDays: null }],
  ['from=2026-02-05&to=2026-01-05', { from: '2026-01-31', to: today, lastDays: 30 }],
  ['from=x&to=2026-01-05', { from: '2026-01-31', to: today, lastDays: 30 }],
  ['from=2026-13-01&to=2026-14-05', { from: '2026-01-31', to: today, lastDays: 30 }],
  ['from=1999-01-01&to=2026-01-01', { from: '1999-01-01', to: '2026-01-01', lastDays: null }],
])('the query string %j selects a period', (search, period) => {
  expect(searchToPeriod(search, today)).toEqual(period)
})

test.each(['', 'days=7', 'days=90', 'from=2026-01-05&to=2026-01-06'])('the period of %j has that address', (search) => {
  expect(periodToSearch(searchToPeriod(search, today))).toBe(search)
})

test('a period lists every day, across the end of a month', () => {
  expect(periodToDays({ from: '2024-02-28', to: '2024-03-01', lastDays: null })).toEqual([
    '2024-02-28',
    '2024-02-29',
    '2024-03-01',
  ])
  expect(periodToDays(searchToPeriod('days=90', today))).toHaveLength(90)
  expect(periodToDays({ from: '1999-01-01', to: today, lastDays: null })).toHaveLength(366)
  expect(periodToDays({ from: '1999-01-01', to: today, lastDays: null }).at(-1)).toBe(today)
})
