import { z } from 'zod'

/** A day of the calendar, without a time zone: `YYYY-MM-DD`, years 0001 to 9999. */
export const dateSchema = z.iso.date('must be a date like 2026-12-31').refine((date) => !date.startsWith('0000'), {
  error: 'must be a date like 2026-12-31',
})
