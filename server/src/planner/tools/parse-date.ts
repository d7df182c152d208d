import { dateSchema } from '@holdfast/shared'
import type { ParsedComponents } from 'chrono-node'
import * as chrono from 'chrono-node/en'
import { toLocalDate } from '../local-date.ts'

/** The time and time zone of the user who wrote a phrase. */
export interface DateReference {
  readonly now: Date
  /** Minutes east of UTC. */
  readonly utcOffsetMinutes: number
}

/** A date as `YYYY-MM-DD`, or a message for the model that says why there is none. */
export type ParsedDate = { readonly ok: true; readonly date: string } | { readonly ok: false; readonly message: string }

const maxLength = 100

/**
 * Reads a date as people write it: ISO, or an English phrase such as "next Friday", relative to the user's time and zone. An ambiguous
 * date is refused, since a wrong date is worse than a question. The rules:
 * - a weekday is the next one strictly in the future, so "friday" said on a Friday is in seven days; "next Friday" is the one of next week
 * - the end of a month or year is its last day
 * - a date with a time is the day as written
 */
export function parseDate(text: string, reference: DateReference): ParsedDate {
  const phrase = toPhrase(text)
  if (phrase.length > maxLength) return unclear(`${phrase.slice(0, maxLength)}…`)
  const written = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[t ].*)?$/u.exec(phrase)
  const date = written
    ? `${written[1]}-${written[3]?.padStart(2, '0')}-${written[4]?.padStart(2, '0')}`
    : (ownRule(phrase, reference) ?? chronoRule(phrase, reference))
  if (date === null) return unclear(text.trim())
  if (dateSchema.safeParse(date).success) return { ok: true, date }
  return { ok: false, message: `There is no ${date} in the calendar: ask the user for the day and give it as YYYY-MM-DD.` }
}

function unclear(text: string): ParsedDate {
  return { ok: false, message: `"${text}" is not a clear date: ask the user for the day and give it as YYYY-MM-DD.` }
}

/** Lower case, without leading words such as "due by". */
function toPhrase(text: string): string {
  const words = text.toLowerCase().replaceAll(/\s+/gu, ' ').trim()
  return words
    .replace(/[.!?,]+$/u, '')
    .replace(
      /^(?:(?:is )?due )?(?:(?:by|on|until|till|before|for|no later than|not later than) )?(?:(?:the |this )?coming |the |this )?/u,
      '',
    )
    .replace(/ from today$/u, ' from now')
}

/** Phrases that chrono misreads or does not know; null for all others. */
function ownRule(phrase: string, { now, utcOffsetMinutes }: DateReference): string | null {
  const today = toLocalDate(now, utcOffsetMinutes)
  if (/^day after tomorrow$/u.test(phrase)) return addDays(today, 2)
  const end = /^(?:at (?:the )?)?end of (?:the |this )?(next )?(month|year)$/u.exec(phrase)
  if (!end) return null
  const [year, month] = today.split('-').map(Number) as [number, number]
  const ahead = end[1] === undefined ? 0 : 1
  if (end[2] === 'year') return `${year + ahead}-12-31`
  // Day 0 of a month is the last one of the month before.
  return new Date(Date.UTC(year, month + ahead, 0)).toISOString().slice(0, 10)
}

function addDays(date: string, days: number): string {
  const moved = new Date(`${date}T00:00:00Z`)
  moved.setUTCDate(moved.getUTCDate() + days)
  return moved.toISOString().slice(0, 10)
}

/** Phrases without a day, for which one would have to be guessed. */
const vague = /\b(?:weekend|week(?<!\b(?:a|one) week)|month(?<!\ba month)|year|quarter)$/u
/** 01/02/2026 is in January for some readers and in February for others. */
const ambiguousNumbers = /\b(\d{1,2})[/.-](\d{1,2})\b/u

function chronoRule(phrase: string, { now, utcOffsetMinutes }: DateReference): string | null {
  if (vague.test(phrase) || isAmbiguous(phrase)) return null
  const isPast = /^(?:last|past) |\bago$/u.test(phrase)
  // chrono silently ignores zone names and uses the server's zone instead: only minutes work.
  const results = chrono.parse(phrase, { instant: now, timezone: utcOffsetMinutes }, { forwardDate: !isPast })
  const [result] = results
  if (!result || results.length > 1 || result.end || result.text.length !== phrase.length) return null
  const { start } = result
  if (!start.isCertain('day') && !start.isCertain('weekday')) return null
  const date = [start.get('year'), start.get('month'), start.get('day')]
    .map((number, index) => String(number).padStart(index === 0 ? 4 : 2, '0'))
    .join('-')
  if (!dateSchema.safeParse(date).success) return null
  if (start.isCertain('day')) return namesOtherWeekday(start, date, phrase) ? null : date
  const isToday = date <= toLocalDate(now, utcOffsetMinutes)
  return isToday && !isPast ? addDays(date, 7) : date
}

function isAmbiguous(phrase: string): boolean {
  const [, first, second] = ambiguousNumbers.exec(phrase) ?? []
  return first !== undefined && second !== undefined && first !== second && Number(first) <= 12 && Number(second) <= 12
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const weekday = /\b(sun|mon|tue|wed|thu|fri|sat)(?:|day|s|sday|nesday|rs?|rsday|urday)\b/u

/** "Friday, 26 November" in a year in which that is a Thursday. */
function namesOtherWeekday(start: ParsedComponents, date: string, phrase: string): boolean {
  if (!start.isCertain('weekday')) return false
  const named = weekdays.indexOf(weekday.exec(phrase)?.[1] ?? '')
  return named !== -1 && named !== new Date(`${date}T00:00:00Z`).getUTCDay()
}
