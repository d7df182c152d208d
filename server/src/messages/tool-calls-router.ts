import { toolCallsDecideInput, toolCallsDecideOutput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { decideToolCall } from './decide-tool-call.ts'

export const toolCallsRouter = router({
  decide: procedure
    .input(toolCallsDecideInput)
    .output(toolCallsDecideOutput)
    .mutation(({ ctx, input }) => decideToolCall(ctx.deps, ctx.user.id, input)),
})
