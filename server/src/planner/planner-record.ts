import { schema } from '@holdfast/drizzle'
import type { Id, PlannerKindName } from '@holdfast/shared'
import { and, asc, eq, max } from 'drizzle-orm'
import type { Queries, Transaction } from '../platform/database/database.ts'
import type { Actor } from './planner-change.ts'
import type { PlannerKind, PlannerRow } from './planner-row.ts'
import { rowToValues, type PlannerValues } from './planner-values.ts'

const { plannerChanges } = schema

/** A change of one item. */
export interface ItemChange {
  readonly kind: PlannerKindName
  readonly itemId: Id
  /** Former values of the columns that changed. Null: the item was created. */
  readonly before: PlannerValues | null
  /** Their values afterwards; all values of an item that was created. */
  readonly after: PlannerValues
}

export interface RecordedChange extends ItemChange {
  readonly origin: 'answer' | 'undo' | 'redo'
}

const rowsPerInsert = 500

/**
 * Records what an answer does to items, in the transaction in which it does it: an undo needs the former values. What a person does by hand
 * is not recorded. The changes of one answer are made one after the other.
 */
export async function recordChanges(
  tx: Transaction,
  actor: Actor,
  changes: readonly ItemChange[],
  origin: RecordedChange['origin'] = 'answer',
): Promise<void> {
  if (actor.source === null || changes.length === 0) return
  const { conversationId, messageId } = actor.source
  const [newest] = await tx
    .select({ n: max(plannerChanges.n) })
    .from(plannerChanges)
    .where(eq(plannerChanges.messageId, messageId))
  const first = (newest?.n ?? 0) + 1
  const rows = changes.map((change, index) => ({
    ...change,
    userId: actor.userId,
    conversationId,
    messageId,
    n: first + index,
    origin,
    createdAt: actor.now,
  }))
  for (let from = 0; from < rows.length; from += rowsPerInsert) {
    await tx.insert(plannerChanges).values(rows.slice(from, from + rowsPerInsert))
  }
}

/** What was recorded of an answer of the user, oldest first. */
export async function readRecordedChanges(queries: Queries, userId: Id, messageId: Id): Promise<RecordedChange[]> {
  return queries
    .select({
      origin: plannerChanges.origin,
      kind: plannerChanges.kind,
      itemId: plannerChanges.itemId,
      before: plannerChanges.before,
      after: plannerChanges.after,
    })
    .from(plannerChanges)
    .where(and(eq(plannerChanges.messageId, messageId), eq(plannerChanges.userId, userId)))
    .orderBy(asc(plannerChanges.n))
}

export function toKindName({ noun }: Pick<PlannerKind<PlannerRow, unknown>, 'noun'>): PlannerKindName {
  return noun.toLowerCase() as PlannerKindName
}

/** The change from one state of a row to a later one. */
export function rowsToChange(
  kind: Pick<PlannerKind<PlannerRow, unknown>, 'noun'>,
  before: PlannerRow,
  after: PlannerRow,
  columns: readonly string[],
): ItemChange {
  return {
    kind: toKindName(kind),
    itemId: after.id,
    before: rowToValues(before, columns),
    after: rowToValues(after, columns),
  }
}
