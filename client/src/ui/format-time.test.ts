import { expect, test } from 'vitest'
import { toLocale } from '../i18n/locale.ts'
import { formatDay } from '../features/planner/store/day.ts'
import { formatDayHeading, formatWhen } from './format-time.ts'

test('dates had three orders on one page: they all have that of the browser', () => {
  const now = new Date('2026-11-28T12:00:00')
  const inOrders = (languages: readonly string[]) => {
    const locale = toLocale(languages)
    return [
      formatWhen('2026-11-03T12:00:00', locale, now),
      formatDay('2026-11-03', '2026-11-28', locale),
      formatDayHeading('2026-11-03T12:00:00', locale, now),
    ]
  }
  expect(inOrders(['en-US', 'en'])).toEqual(['Nov 3', 'Nov 3', 'Tuesday, November 3'])
  expect(inOrders(['de-DE', 'en-GB'])).toEqual(['3 Nov', '3 Nov', 'Tuesday 3 November'])
})

test.each([[[]], [['de']], [['en_broken!']], [['enm']]])('the languages %j leave plain English', (languages) => {
  expect(toLocale(languages)).toBe('en')
})
