import { toolCallsDecideInput, toolCallsDecideOutput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { decideToolCall } from '../../conversations/commands/decide-tool-call.ts'

export const toolCallsRouter = router({
  decide: procedure
    .meta({ description: 'Approves or denies a tool call that waits for an approval.' })
    .input(toolCallsDecideInput)
    .output(toolCallsDecideOutput)
    .mutation(({ ctx, input }) => decideToolCall(ctx.deps, ctx.user.id, input)),
})
