import { schema } from '@holdfast/drizzle'
import type { Id, Json } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { refreshActivity } from '../conversation-store/conversation-row.ts'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../event-log/unit-of-work.ts'
import { cancelIdleGeneration, type EndDeps } from '../generation/ending/end-generation.ts'
import type { GenerationJobs } from '../generation/store/generation-jobs.ts'
import type { GenerationRow } from '../generation/store/generation-row.ts'
import type { ToolCallChange } from '../generation/store/tool-call-machine.ts'
import { advanceToolCall, needsPerson, readToolCalls, type ToolCallRow } from '../generation/store/tool-ledger.ts'

const { generations, messages } = schema

export type ApprovalDeps = UnitOfWorkDeps & { readonly jobs: GenerationJobs }

/**
 * Denies the tool calls of a waiting generation whose approval has expired. Harmless when they were decided in the meantime. An answer that
 * waits for a program's tools ends: nobody reads what the model would say.
 */
export function expireApprovals(deps: ApprovalDeps & EndDeps, generationId: Id): Promise<void> {
  const now = deps.clock.now()
  return transact(deps, async (unit) => {
    const [generation] = await unit.tx
      .select()
      .from(generations)
      .where(and(eq(generations.id, generationId), eq(generations.status, 'waiting')))
      .for('update')
    if (!generation) return
    if (generation.callerRequest !== null) return cancelIdleGeneration(deps, unit, generation)
    const calls = await readToolCalls(unit.tx, generationId)
    const expired = calls.filter((call) => call.state === 'waiting' && call.expiresAt !== null && call.expiresAt <= now)
    for (const call of expired) await settleApproval(unit, call, { type: 'expired' }, now)
    if (expired.length > 0) await resumeWhenDecided(deps, unit, generation)
  })
}

export type ApprovalDecision =
  | { readonly type: 'approved'; readonly args?: Json | undefined }
  | { readonly type: 'denied'; readonly reason?: string | undefined }
  | { readonly type: 'expired' }

/** Records a decision on a waiting tool call: its row and its events. */
export async function settleApproval(
  unit: UnitOfWork,
  call: ToolCallRow,
  decision: ApprovalDecision,
  now: Date,
): Promise<ToolCallRow> {
  return (await advanceToolCall(unit, call, decisionToChange(decision, now))).call
}

function decisionToChange(decision: ApprovalDecision, at: Date): ToolCallChange {
  switch (decision.type) {
    case 'approved':
      return { type: 'approve', ...(decision.args === undefined ? {} : { args: decision.args }) }
    case 'denied': {
      const { reason } = decision
      return { type: 'deny', error: reason === undefined ? 'the user said no' : `the user said no: ${reason}`, by: 'person', at }
    }
    case 'expired':
      return { type: 'deny', error: 'nobody answered in time', by: 'person', at }
  }
}

/** Queues a waiting generation again, with a job, once none of its tool calls needs a person. */
export async function resumeWhenDecided(deps: ApprovalDeps, unit: UnitOfWork, generation: GenerationRow): Promise<void> {
  const calls = await readToolCalls(unit.tx, generation.id)
  if (calls.some(needsPerson)) return
  const { messageId, conversationId } = generation
  const [queued] = await unit.append(conversationId, [{ type: 'generation-queued', messageId }], generation.id)
  await unit.tx.update(generations).set({ status: 'queued' }).where(eq(generations.id, generation.id))
  await unit.tx
    .update(messages)
    .set({ status: 'queued', ...(queued ? { updatedAt: new Date(queued.at) } : {}) })
    .where(eq(messages.id, messageId))
  await refreshActivity(unit, conversationId)
  await deps.jobs.enqueue(unit.tx, generation)
}
