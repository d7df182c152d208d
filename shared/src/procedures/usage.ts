import { z } from 'zod'
import { dateSchema } from '../date.ts'
import { timeZone, utcOffsetMinutes } from '../fields.ts'

/** Usage of the user's model calls. `from` and `to` are days in the user's time zone, both inclusive. */
export const usageSummaryInput = z.strictObject({
  from: dateSchema.optional(),
  to: dateSchema.optional(),
  by: z.enum(['day', 'model', 'conversation']).default('day'),
  utcOffsetMinutes: utcOffsetMinutes.default(0),
  timeZone: timeZone.optional(),
})

/** Sums over calls to providers. */
export const usageSums = z.object({
  /** Calls to providers, including failed and cancelled ones. */
  calls: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  cachedInputTokens: z.number(),
  /** Millionths of a dollar, over the calls whose cost is known. */
  costMicroUsd: z.number(),
  /** Calls whose cost is unknown; they are not in `costMicroUsd`. */
  unknownCostCalls: z.number(),
  /** Calls whose token counts are our own estimate. */
  estimatedCalls: z.number(),
})

export const usageSummaryOutput = z.object({
  /** Ascending by day, otherwise the largest first; at most 1,000. */
  items: z.array(usageSums.extend({ key: z.string(), label: z.string().nullable() })),
  total: usageSums,
})
