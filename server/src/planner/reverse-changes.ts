import { schema } from '@holdfast/drizzle'
import { isActive, type Id, type PlannerUndone, type plannerUndoInput } from '@holdfast/shared'
import { and, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Audit } from '../audit/open-audit.ts'
import { doOnce } from '../conversation-store/idempotent-request.ts'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../event-log/unit-of-work.ts'
import { notFound, Refusal } from '../platform/refusal.ts'
import { describeChanges } from './describe-undo.ts'
import { loadUndo, tablesByKind, type LoadedUndo } from './load-undo.ts'
import { announceChange, type Actor, type PlannerDeps } from './planner-change.ts'
import { recordChanges, type ItemChange } from './planner-record.ts'
import { changedColumns } from './planner-row.ts'
import { valuesToColumns } from './planner-values.ts'

const { conversations, messages } = schema

export type UndoDeps = UnitOfWorkDeps & PlannerDeps & { readonly audit: Pick<Audit, 'record'> }

const answerSchema = z.object({ messageId: z.string() })

/**
 * Undoes or redoes what an answer did to the plans, in one transaction with its own record. What is undone is not undone again, and the
 * same for redo: a repeat gives what the first one did.
 * @throws Refusal NOT_FOUND, CONFLICT not-undoable while the answer is still being written, CONFLICT request-reused
 */
export function reverseChanges(
  deps: UndoDeps,
  userId: Id,
  input: z.output<typeof plannerUndoInput>,
  kind: 'undo' | 'redo',
): Promise<PlannerUndone> {
  const now = deps.clock.now()
  return transact(deps, async (unit) => {
    let done: PlannerUndone | null = null
    const work = async () => {
      done = await reverseOnce(deps, unit, { userId, messageId: input.messageId, kind, now })
      return { messageId: input.messageId }
    }
    const { requestId } = input
    if (requestId === undefined) await work()
    else {
      const body = { requestId, messageId: input.messageId }
      // The answer that is kept for repeats holds no text: it outlives the plans.
      await doOnce(unit.tx, { userId, requestId, procedure: `planner.${kind}`, body, now }, answerSchema, work)
    }
    return done ?? toRepeated(input.messageId, await loadUndo(unit.tx, { userId, messageId: input.messageId, lock: false }))
  })
}

async function reverseOnce(
  deps: UndoDeps,
  unit: UnitOfWork,
  {
    userId,
    messageId,
    kind,
    now,
  }: { readonly userId: Id; readonly messageId: Id; readonly kind: 'undo' | 'redo'; readonly now: Date },
): Promise<PlannerUndone> {
  const conversationId = await lockAnswer(unit, userId, messageId)
  const loaded = await loadUndo(unit.tx, { userId, messageId, lock: true })
  const { state, plan, items } = loaded
  if (state !== (kind === 'undo' ? 'changed' : 'undone')) return toRepeated(messageId, loaded)
  const source = { conversationId, messageId }
  // A redo is the answer's work again; an undo is the person's.
  const actor: Actor = { userId, now, source: kind === 'redo' ? source : null }
  const changes = plan.changes.map((change): ItemChange => {
    const { deletedAt } = change.after
    const isRemoval = deletedAt !== undefined && deletedAt !== null
    return isRemoval ? { ...change, after: { ...change.after, deletedAt: now.toISOString() } } : change
  })
  for (const change of changes) {
    const table = tablesByKind[change.kind]
    await unit.tx
      .update(table)
      .set({ ...valuesToColumns(change.after), ...changedColumns(actor) })
      .where(and(eq(table.id, change.itemId), eq(table.userId, userId)))
  }
  await recordChanges(unit.tx, { ...actor, source }, changes, kind)
  for (const name of ['goal', 'milestone', 'task'] as const) {
    announceChange(deps, unit, actor, `${name}s`, changes.filter((change) => change.kind === name).length)
  }
  if (changes.length > 0) {
    await deps.audit.record(unit.tx, {
      action: kind === 'undo' ? 'planner.undone' : 'planner.redone',
      actorId: userId,
      targetType: 'message',
      targetId: messageId,
      details: { reverted: changes.length, kept: plan.kept.length },
    })
  }
  const after = changes.length === 0 ? state : kind === 'undo' ? 'undone' : 'changed'
  return { messageId, state: after, items: describeChanges(changes, items), kept: [...plan.kept] }
}

function toRepeated(messageId: Id, { state, lastChanges, items }: LoadedUndo): PlannerUndone {
  return { messageId, state, items: describeChanges(lastChanges, items), kept: [] }
}

/** Locks an answer that has ended: a continuation waits until the transaction ends. Gives its conversation. @throws Refusal */
async function lockAnswer({ tx }: UnitOfWork, userId: Id, messageId: Id): Promise<Id> {
  const [row] = await tx
    .select({ conversationId: messages.conversationId, status: messages.status })
    .from(messages)
    .innerJoin(conversations, eq(conversations.id, messages.conversationId))
    .where(
      and(
        eq(messages.id, messageId),
        eq(conversations.userId, userId),
        isNull(messages.deletedAt),
        isNull(conversations.deletedAt),
      ),
    )
    .for('update', { of: messages })
  if (!row) throw notFound('Message')
  if (!isActive(row.status)) return row.conversationId
  const message = 'this answer is still being written'
  throw new Refusal('CONFLICT', `messageId: ${message}`, { reason: 'not-undoable', issues: [{ path: 'messageId', message }] })
}
