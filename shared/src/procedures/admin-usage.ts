import { z } from 'zod'
import { dateSchema } from '../date.ts'
import { usageSums } from './usage.ts'

/** Usage of all people. `from` and `to` are days in UTC, both inclusive. */
export const adminUsageSummaryInput = z.strictObject({
  from: dateSchema.optional(),
  to: dateSchema.optional(),
  by: z.enum(['user', 'model', 'day', 'tool']).default('day'),
})

export const adminUsageSummaryOutput = z.object({
  /**
   * Ascending by day, otherwise the largest first; at most 1,000. `label`: the name of a user. By tool, `calls` are calls of the tool, and
   * all other numbers are 0.
   */
  items: z.array(usageSums.extend({ key: z.string(), label: z.string().nullable() })),
  /** Of calls to models, whatever the items are. */
  total: usageSums,
})
export type AdminUsageSummary = z.infer<typeof adminUsageSummaryOutput>
