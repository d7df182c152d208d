import { adminUsageSummaryInput, adminUsageSummaryOutput } from '@holdfast/shared'
import { getServerUsage } from '../../admin/usage/get-server-usage.ts'
import { adminProcedure, router } from '../trpc/procedures.ts'

export const adminUsageRouter = router({
  summary: adminProcedure
    .meta({
      cost: 5,
      description: 'Tokens, cost and calls of all people in a period, by person, model, day or tool. No content.',
    })
    .input(adminUsageSummaryInput.prefault({}))
    .output(adminUsageSummaryOutput)
    .query(({ ctx, input }) => getServerUsage(ctx.deps, input)),
})
