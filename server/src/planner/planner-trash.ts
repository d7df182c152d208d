import type { Id } from '@holdfast/shared'
import { and, eq, isNull, type SQL } from 'drizzle-orm'
import type { Transaction } from '../platform/database/database.ts'
import { notFound } from '../platform/refusal.ts'
import type { Actor } from './planner-change.ts'
import { recordChanges, toKindName } from './planner-record.ts'
import { changedColumns, type PlannerKind, type PlannerRow, type PlannerTable } from './planner-row.ts'

// Deleting an item also deletes what belongs to it: the milestones of a goal, the tasks of a milestone. Each row keeps the id of the item
// that it was deleted with, so that restoring brings back exactly these, and nothing that was deleted separately before.

/** Locks an item of the user, deleted or not. @throws Refusal NOT_FOUND */
export async function lockItemOrDeleted<Row extends PlannerRow>(
  tx: Transaction,
  kind: PlannerKind<Row, unknown>,
  userId: Id,
  id: Id,
): Promise<Row> {
  const { table } = kind
  const [row] = await tx
    .select()
    .from(table)
    .where(and(eq(table.id, id), eq(table.userId, userId)))
    .for('update')
  if (!row) throw notFound(kind.noun)
  return row as Row
}

/** Deletes the user's matching rows as part of deleting `deletedWith`. Gives their ids. */
export async function markDeleted<Row extends PlannerRow>(
  tx: Transaction,
  actor: Actor,
  kind: PlannerKind<Row, unknown>,
  deletedWith: Id,
  which: SQL,
): Promise<Id[]> {
  const { table } = kind
  const rows = await tx
    .update(table)
    .set({ deletedAt: actor.now, deletedWith, ...changedColumns(actor) })
    .where(and(eq(table.userId, actor.userId), isNull(table.deletedAt), which))
    .returning({ id: table.id })
  const after = { deletedAt: actor.now.toISOString(), deletedWith }
  await recordChanges(
    tx,
    actor,
    rows.map(({ id }) => ({ kind: toKindName(kind), itemId: id, before: { deletedAt: null, deletedWith: null }, after })),
  )
  return rows.map((row) => row.id)
}

/** Restores the matching rows that were deleted with `deletedWith`. Gives their ids. */
export async function unmarkDeleted(
  tx: Transaction,
  actor: Actor,
  table: PlannerTable,
  deletedWith: Id,
  which: SQL,
): Promise<Id[]> {
  const rows = await tx
    .update(table)
    .set({ ...notDeleted, ...changedColumns(actor) })
    .where(and(eq(table.userId, actor.userId), eq(table.deletedWith, deletedWith), which))
    .returning({ id: table.id })
  return rows.map((row) => row.id)
}

export const notDeleted = { deletedAt: null, deletedWith: null }

/** The id of a parent, locked against deletion until the transaction ends; null when it is deleted. */
export async function holdParentIfThere(tx: Transaction, table: PlannerTable, id: Id | null): Promise<Id | null> {
  if (id === null) return null
  const [row] = await tx
    .select({ id: table.id })
    .from(table)
    .where(and(eq(table.id, id), isNull(table.deletedAt)))
    .for('share')
  return row?.id ?? null
}
