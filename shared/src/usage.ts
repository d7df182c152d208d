import { z } from 'zod'
import { dateSchema } from './planner.ts'

/** What a user's calls have used. `from` and `to` are days, both included, where the person is. */
export const usageSummaryInput = z.strictObject({
  from: dateSchema.optional(),
  to: dateSchema.optional(),
  by: z.enum(['day', 'model', 'conversation']),
  utcOffsetMinutes: z.number().int().min(-840).max(840).default(0),
})

const usageSums = z.object({
  /** Calls to providers, those that failed or were stopped included. */
  calls: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  cachedInputTokens: z.number(),
  /** Millionths of a dollar, over the calls whose cost is known. */
  costMicroUsd: z.number(),
  /** Calls whose cost nobody knows: unknown is not nothing. */
  unknownCostCalls: z.number(),
  /** Calls whose tokens are our own count. */
  estimatedCalls: z.number(),
})

export const usageSummaryOutput = z.object({
  /** By day ascending, else the largest first; at most 1,000. */
  items: z.array(usageSums.extend({ key: z.string(), label: z.string().nullable() })),
  total: usageSums,
})
