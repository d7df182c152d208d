import { systemInfoOutput, systemMeOutput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { getMe } from '../../system/get-me.ts'
import { getSystemInfo } from '../../system/get-system-info.ts'

export const systemRouter = router({
  info: procedure
    .meta({ description: 'The server, its limits, and the calling user.' })
    .output(systemInfoOutput)
    .query(({ ctx }) => getSystemInfo(ctx.deps, ctx.user.id)),
  me: procedure
    .meta({ description: 'The calling user, the limits that hold for them, and what they have used today and this month (UTC).' })
    .output(systemMeOutput)
    .query(({ ctx }) => getMe(ctx.deps, ctx.user.id)),
})
