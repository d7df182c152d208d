import { toolsListOutput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { listTools } from './list-tools.ts'

export const toolsRouter = router({
  list: procedure.output(toolsListOutput).query(({ ctx }) => listTools(ctx.deps)),
})
