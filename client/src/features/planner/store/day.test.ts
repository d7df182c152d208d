import { expect, test } from 'vitest'
import { formatDay, formatWholeDay, isOverdue, timeToDay } from './day.ts'

const today = '2026-11-20'

test.each([
  ['2026-11-20', 'Today'],
  ['2026-11-21', 'Tomorrow'],
  ['2026-11-19', 'Yesterday'],
  ['2026-11-22', 'Sunday'],
  ['2026-11-26', 'Thursday'],
  ['2026-11-27', 'Nov 27'],
  ['2026-11-18', 'Nov 18'],
  ['2025-12-31', 'Dec 31, 2025'],
  ['2027-01-01', 'Jan 1, 2027'],
  ['9999-12-31', 'Dec 31, 9999'],
])('%s is %s on a Friday in November', (day, words) => {
  expect(formatDay(day, today, 'en')).toBe(words)
})

test('the first day of a year is tomorrow on the last one', () => {
  expect(formatDay('2027-01-01', '2026-12-31', 'en')).toBe('Tomorrow')
})

test('a whole date names its weekday', () => {
  expect(formatWholeDay('2025-12-31', 'en')).toBe('Wednesday, December 31, 2025')
})

test.each([
  ['2026-11-19', false, true],
  ['2026-11-20', false, false],
  ['2026-11-19', true, false],
  [null, false, false],
] as const)('due %s and done %s: overdue %s', (day, isDone, expected) => {
  expect(isOverdue(day, isDone, today)).toBe(expected)
})

test('the day is the local calendar day', () => {
  expect(timeToDay(new Date(2026, 10, 20, 0, 0, 1).getTime())).toBe('2026-11-20')
  expect(timeToDay(new Date(2026, 10, 20, 23, 59, 59).getTime())).toBe('2026-11-20')
})
