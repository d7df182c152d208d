import { toolsListOutput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { listTools } from '../../tool-runner/list-tools.ts'

export const toolsRouter = router({
  list: procedure
    .meta({
      description:
        'The tools that answers may use, ours and those of the MCP servers that the operator has configured, and the health of these servers.',
    })
    .output(toolsListOutput)
    .query(({ ctx }) => listTools(ctx.deps, ctx.user.id)),
})
