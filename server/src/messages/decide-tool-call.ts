import { schema } from '@holdfast/drizzle'
import { toolCallsDecideOutput, type ConversationEvent, type Id, type toolCallsDecideInput } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { saveConversation } from '../conversations/conversation-row.ts'
import type { GenerationRow } from '../generation/end-generation.ts'
import type { GenerationJobs } from '../generation/jobs.ts'
import { readToolCalls, saveToolCall, type ToolCallRow } from '../generation/tool-ledger.ts'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../log/unit-of-work.ts'
import { notFound } from '../refusal.ts'
import { doOnce } from './idempotent-request.ts'
import { readMessageRow } from './read-path.ts'

const { generations, messages } = schema

type Deps = UnitOfWorkDeps & { readonly jobs: GenerationJobs }

/**
 * A person's yes or no to a tool call. The first decision counts; one that comes later, or after the question has expired, gets the
 * state that the call is in. @throws Refusal NOT_FOUND, CONFLICT request-reused
 */
export function decideToolCall(
  deps: Deps,
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
          .select({ state: schema.toolCalls.state })
          .from(schema.toolCalls)
          .where(and(eq(schema.toolCalls.messageId, messageId), eq(schema.toolCalls.callId, callId)))
        if (!known) throw notFound('Tool call')
        return { callId, state: known.state }
      }
      const isLate = call.expiresAt !== null && call.expiresAt <= now
      const state = await settle(unit, call, input.approve && !isLate ? 'approved' : isLate ? 'expired' : 'denied', now)
      await goOnIfAnswered(deps, unit, generation)
      return { callId, state }
    }),
  )
}

/** Questions of a waiting generation whose time is over count as denied. Harmless when they were answered. */
export function expireApprovals(deps: Deps, generationId: Id): Promise<void> {
  const now = deps.clock.now()
  return transact(deps, async (unit) => {
    const [generation] = await unit.tx
      .select()
      .from(generations)
      .where(and(eq(generations.id, generationId), eq(generations.status, 'waiting')))
      .for('update')
    if (!generation) return
    const calls = await readToolCalls(unit.tx, generationId)
    const expired = calls.filter((call) => call.state === 'waiting' && call.expiresAt !== null && call.expiresAt <= now)
    for (const call of expired) await settle(unit, call, 'expired', now)
    if (expired.length > 0) await goOnIfAnswered(deps, unit, generation)
  })
}

async function settle(
  unit: UnitOfWork,
  call: ToolCallRow,
  decision: 'approved' | 'denied' | 'expired',
  now: Date,
): Promise<'pending' | 'denied'> {
  const { messageId, callId, conversationId, generationId } = call
  if (decision === 'approved') {
    await saveToolCall(unit.tx, call, { state: 'pending', approved: true, expiresAt: null })
    await unit.append(
      conversationId,
      [{ type: 'tool-call-updated', messageId, callId, state: 'pending', expiresAt: null }],
      generationId,
    )
    return 'pending'
  }
  const error = decision === 'denied' ? 'the user said no' : 'nobody answered in time'
  const events: ConversationEvent[] = [
    { type: 'tool-call-updated', messageId, callId, state: 'denied', expiresAt: null },
    { type: 'tool-result', messageId, callId, error },
  ]
  await saveToolCall(unit.tx, call, { state: 'denied', approved: false, error, endedAt: now, expiresAt: null })
  await unit.append(conversationId, events, generationId)
  return 'denied'
}

/** When the last question is answered the generation gets a job again. */
async function goOnIfAnswered(deps: Deps, unit: UnitOfWork, generation: GenerationRow): Promise<void> {
  const calls = await readToolCalls(unit.tx, generation.id)
  if (calls.some((call) => call.state === 'waiting')) return
  const { messageId, conversationId } = generation
  const [queued] = await unit.append(conversationId, [{ type: 'generation-queued', messageId }], generation.id)
  await unit.tx.update(generations).set({ status: 'queued' }).where(eq(generations.id, generation.id))
  await unit.tx
    .update(messages)
    .set({ status: 'queued', ...(queued ? { updatedAt: new Date(queued.at) } : {}) })
    .where(eq(messages.id, messageId))
  await saveConversation(unit, conversationId, {})
  await deps.jobs.enqueue(unit.tx, generation)
}
