import { toolCallsAnswerInput, toolCallsAnswerOutput, toolCallsDecideInput, toolCallsDecideOutput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { answerToolCall } from '../../conversations/commands/answer-tool-call.ts'
import { decideToolCall } from '../../conversations/commands/decide-tool-call.ts'

export const toolCallsRouter = router({
  decide: procedure
    .meta({
      description:
        'Decides about a tool call that needs a person: approves or denies one that waits for an approval, or says what became of one whose outcome is unknown.',
    })
    .input(toolCallsDecideInput)
    .output(toolCallsDecideOutput)
    .mutation(({ ctx, input }) => decideToolCall(ctx.deps, ctx.user.id, input)),
  answer: procedure
    .meta({ description: 'Answers the question that a tool asks in the middle of its call, or declines to.' })
    .input(toolCallsAnswerInput)
    .output(toolCallsAnswerOutput)
    .mutation(({ ctx, input }) => answerToolCall(ctx.deps, ctx.user.id, input)),
})
