import { systemInfoOutput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { getSystemInfo } from '../../system/get-system-info.ts'

export const systemRouter = router({
  info: procedure
    .meta({ description: 'The server, its limits, and the calling user.' })
    .output(systemInfoOutput)
    .query(({ ctx }) => getSystemInfo(ctx.deps, ctx.user.id)),
})
