import { schema } from '@holdfast/drizzle'
import { toolCallsDecideOutput, type Id, type toolCallsDecideInput } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Audit } from '../../audit/open-audit.ts'
import { doOnce } from '../../conversation-store/idempotent-request.ts'
import { readMessageRow } from '../../conversation-store/read-path.ts'
import { transact } from '../../event-log/unit-of-work.ts'
import { hashArguments } from '../../generation/store/audit-tool-call.ts'
import { readToolCalls } from '../../generation/store/tool-ledger.ts'
import { notFound } from '../../platform/refusal.ts'
import { resumeWhenDecided, settleApproval, type ApprovalDeps } from '../settle-approval.ts'

const { generations, toolCalls } = schema

/**
 * Approves or denies a waiting tool call. The first decision counts; a later one, or one after the approval has expired, gets the state
 * of the call. @throws Refusal NOT_FOUND, CONFLICT request-reused
 */
export function decideToolCall(
  deps: ApprovalDeps & { readonly audit: Pick<Audit, 'record'> },
  userId: Id,
  input: z.output<typeof toolCallsDecideInput>,
): Promise<z.infer<typeof toolCallsDecideOutput>> {
  const now = deps.clock.now()
  const { requestId, messageId, callId } = input
  return transact(deps, (unit) =>
    doOnce(unit.tx, { userId, requestId, procedure: 'toolCalls.decide', body: input, now }, toolCallsDecideOutput, async () => {
      const row = await readMessageRow(unit.tx, userId, messageId)
      const [generation] = await unit.tx
        .select()
        .from(generations)
        .where(and(eq(generations.messageId, row.id), eq(generations.status, 'waiting')))
        .for('update')
      const calls = generation ? await readToolCalls(unit.tx, generation.id) : []
      const call = calls.find((one) => one.callId === callId)
      if (!generation || !call || call.state !== 'waiting') {
        const [known] = await unit.tx
          .select({ state: toolCalls.state })
          .from(toolCalls)
          .where(and(eq(toolCalls.messageId, messageId), eq(toolCalls.callId, callId)))
        if (!known) throw notFound('Tool call')
        return { callId, state: known.state }
      }
      const isLate = call.expiresAt !== null && call.expiresAt <= now
      const state = await settleApproval(unit, call, isLate ? 'expired' : input.approve ? 'approved' : 'denied', now)
      if (!isLate) {
        await deps.audit.record(unit.tx, {
          action: input.approve ? 'tool-call.approved' : 'tool-call.denied',
          actorId: userId,
          targetType: 'tool-call',
          targetId: callId,
          details: { tool: call.name, argumentsHash: hashArguments(call.args) },
        })
      }
      await resumeWhenDecided(deps, unit, generation)
      return { callId, state }
    }),
  )
}
