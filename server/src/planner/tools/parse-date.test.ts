import { afterEach, describe, expect, test, vi } from 'vitest'
import { parseDate } from './parse-date.ts'

const friday = '2026-11-20T04:00:00Z'
const wednesday = '2026-11-18T12:00:00Z'
const sunday = '2026-11-22T12:00:00Z'
const read = (text: string, now = friday, utcOffsetMinutes = 0) => {
  const parsed = parseDate(text, { now: new Date(now), utcOffsetMinutes })
  return parsed.ok ? parsed.date : parsed.message
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('a date as written', () => {
  test.each([
    ['2025-12-31', '2025-12-31'],
    [' 2025-12-31. ', '2025-12-31'],
    ['2026-2-3', '2026-02-03'],
    ['2025/12/31', '2025-12-31'],
    ['2025-12-31T23:59:59Z', '2025-12-31'],
    ['2025-12-31T00:00:00+14:00', '2025-12-31'],
    ['2025-12-31 10:00', '2025-12-31'],
    ['by 2025-12-31', '2025-12-31'],
    ['0001-01-01', '0001-01-01'],
    ['9999-12-31', '9999-12-31'],
    ['2028-02-29', '2028-02-29'],
    ['31/12/2025', '2025-12-31'],
    ['12/31/2025', '2025-12-31'],
    ['31.12.2025', '2025-12-31'],
    ['02/02/2026', '2026-02-02'],
    ['Dec 31, 2025', '2025-12-31'],
    ['5 December 2026', '2026-12-05'],
    ['feb 29 2028', '2028-02-29'],
  ])('%s', (text, date) => {
    expect(read(text)).toBe(date)
  })

  test.each(['2026-02-30', '2026-13-01', '2026-00-10', '2027-02-29', '0000-01-01'])('%s is in no calendar', (text) => {
    expect(read(text)).toContain('in the calendar')
  })
})

describe('a phrase said on Friday, 20 November 2026', () => {
  test.each([
    ['today', '2026-11-20'],
    ['tonight', '2026-11-20'],
    ['Tomorrow', '2026-11-21'],
    ['tmrw', '2026-11-21'],
    ['tomorrow at 5pm', '2026-11-21'],
    ['day after tomorrow', '2026-11-22'],
    ['the day after tomorrow', '2026-11-22'],
    ['two days after tomorrow', '2026-11-23'],
    ['in 3 days', '2026-11-23'],
    ['in ten days', '2026-11-30'],
    ['in 2 weeks', '2026-12-04'],
    ['in a week', '2026-11-27'],
    ['within a week', '2026-11-27'],
    ['3 weeks from today', '2026-12-11'],
    ['end of month', '2026-11-30'],
    ['by the end of the month', '2026-11-30'],
    ['end of next month', '2026-12-31'],
    ['by the end of the year', '2026-12-31'],
    ['end of year', '2026-12-31'],
    ['the end of next year', '2027-12-31'],
    ['Dec 5', '2026-12-05'],
    ['nov 20', '2026-11-20'],
    ['Nov 19', '2027-11-19'],
    ['the 1st of December', '2026-12-01'],
    ['due by January 1st', '2027-01-01'],
    ['Friday, 27 November', '2026-11-27'],
    ['yesterday', '2026-11-19'],
    ['3 days ago', '2026-11-17'],
    ['last friday', '2026-11-13'],
    ['last monday', '2026-11-16'],
  ])('%s', (text, date) => {
    expect(read(text)).toBe(date)
  })

  test.each([
    ['friday', '2026-11-27'],
    ['on Friday', '2026-11-27'],
    ['this friday', '2026-11-27'],
    ['friday evening', '2026-11-27'],
    ['next Friday', '2026-11-27'],
    ['by next Friday', '2026-11-27'],
    ['saturday', '2026-11-21'],
    ['mon', '2026-11-23'],
    ['next monday', '2026-11-23'],
    ['the coming thursday', '2026-11-26'],
  ])('%s is strictly in the future', (text, date) => {
    expect(read(text)).toBe(date)
  })

  test.each([
    'EOD',
    'end of day',
    'the 5th',
    'Q1 2027',
    'christmas',
    'next week',
    'this week',
    'next month',
    'next year',
    'end of the week',
    'this weekend',
    'in two months',
    'in a month',
    'November',
    '2027',
    '5pm',
    'asap',
    'soon',
    'Feb 30',
    '01/02/2026',
    '1.2.2026',
    '5/6',
    'not tomorrow',
    'after friday',
    'friday or monday',
    'monday to friday',
    'every friday',
    'monday after next',
    'a week from friday',
    'Friday, 26 November',
    'in 9999999 days',
    'tomorrow and then some more',
    'tomorrow America/New_York',
    'none',
    '',
    'x'.repeat(5_000),
  ])('%s is a question, not a date', (text) => {
    expect(read(text)).toContain('is not a clear date: ask the user for the day')
  })
})

test('weekdays on other days of the week', () => {
  expect(read('friday', wednesday)).toBe('2026-11-20')
  expect(read('next friday', wednesday)).toBe('2026-11-27')
  expect(read('wednesday', wednesday)).toBe('2026-11-25')
  expect(read('next monday', sunday)).toBe('2026-11-23')
  expect(read('last friday', sunday)).toBe('2026-11-20')
})

describe('the day is that of the person', () => {
  test.each([
    ['tomorrow', '2026-11-20T04:00:00Z', 0, '2026-11-21'],
    ['tomorrow', '2026-11-20T04:00:00Z', -300, '2026-11-20'],
    ['today', '2026-11-20T04:00:00Z', -300, '2026-11-19'],
    ['today', '2026-11-20T23:30:00Z', 60, '2026-11-21'],
    ['today', '2026-11-20T10:30:00Z', 840, '2026-11-21'],
    ['today', '2026-11-20T11:30:00Z', -720, '2026-11-19'],
    ['tomorrow', '2026-11-20T18:45:00Z', 330, '2026-11-22'],
    ['friday', '2026-11-20T04:00:00Z', -300, '2026-11-20'],
    ['thursday', '2026-11-20T04:00:00Z', -300, '2026-11-26'],
    ['end of month', '2026-12-01T02:00:00Z', -300, '2026-11-30'],
    ['end of the year', '2026-12-31T23:30:00Z', 60, '2027-12-31'],
    ['day after tomorrow', '2026-12-30T23:30:00Z', 60, '2027-01-02'],
  ])('%s at %s, %d minutes east', (text, now, utcOffsetMinutes, date) => {
    for (const zone of ['UTC', 'America/New_York', 'Pacific/Kiritimati']) {
      vi.stubEnv('TZ', zone)
      expect(read(text, now, utcOffsetMinutes), `server in ${zone}`).toBe(date)
    }
  })
})
