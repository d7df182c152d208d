import { usageSummaryInput, usageSummaryOutput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { summarizeUsage } from './usage-summary.ts'

export const usageRouter = router({
  summary: procedure
    .input(usageSummaryInput)
    .output(usageSummaryOutput)
    .query(({ ctx, input }) => summarizeUsage(ctx.deps, ctx.user.id, input)),
})
