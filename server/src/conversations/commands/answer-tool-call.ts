import { toolCallsAnswerOutput, type Id, type toolCallsAnswerInput } from '@holdfast/shared'
import type { z } from 'zod'
import { doOnce } from '../../conversation-store/idempotent-request.ts'
import { transact } from '../../event-log/unit-of-work.ts'
import { needsPerson, readRemote } from '../../generation/store/tool-ledger.ts'
import { checkSchema } from '../../mcp-client/check-schema.ts'
import { badField } from '../../platform/refusal.ts'
import { isTooDeep } from '../../tools/json-depth.ts'
import { answerQuestion, type AnswerDeps } from '../answer-question.ts'
import { findDecidableCall } from '../find-decidable-call.ts'
import { resumeWhenDecided, type ApprovalDeps } from '../settle-approval.ts'

/**
 * Answers the question of a tool, with what its form asks for or by declining. The call goes on, or asks its next question. A call that
 * asks nothing any more gives its state. @throws Refusal NOT_FOUND, CONFLICT request-reused, BAD_REQUEST for content that the form does
 * not allow
 */
export function answerToolCall(
  deps: ApprovalDeps & AnswerDeps,
  userId: Id,
  input: z.output<typeof toolCallsAnswerInput>,
): Promise<z.infer<typeof toolCallsAnswerOutput>> {
  const now = deps.clock.now()
  const { requestId, messageId, callId, content, decline } = input
  if ((content === undefined) === (decline === undefined)) throw badField('content', 'or `decline` is needed, and not both')
  if (isTooDeep(content)) throw badField('content', 'must not be nested more than 100 levels deep')
  return transact(deps, (unit) =>
    doOnce(unit.tx, { userId, requestId, procedure: 'toolCalls.answer', body: input, now }, toolCallsAnswerOutput, async () => {
      const { generation, call, state } = await findDecidableCall(unit.tx, userId, { messageId, callId })
      const [question] = Object.values((call && readRemote(call)?.questions) ?? {})
      if (!generation || call.state !== 'waiting' || !question) return { callId, state }
      const fault = content === undefined ? null : checkSchema(question.schema, content)
      if (fault !== null) throw badField('content', fault)
      const answer =
        content === undefined
          ? { action: 'decline' as const }
          : { action: 'accept' as const, ...(question.url === undefined && { content }) }
      const answered = await answerQuestion(deps, unit, call, answer)
      if (!needsPerson(answered)) await resumeWhenDecided(deps, unit, generation)
      return { callId, state: answered.state }
    }),
  )
}
