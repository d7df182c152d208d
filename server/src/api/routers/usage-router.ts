import { usageSummaryInput, usageSummaryOutput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { getUsageSummary } from '../../usage/get-usage-summary.ts'

export const usageRouter = router({
  summary: procedure
    .meta({ cost: 5, description: 'Tokens and cost in a period, by day, model or conversation.' })
    .input(usageSummaryInput.prefault({}))
    .output(usageSummaryOutput)
    .query(({ ctx, input }) => getUsageSummary(ctx.deps, ctx.user.id, input)),
})
