import type { Id } from '@holdfast/shared'
import { and, asc, eq, isNull, type SQL } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Queries, Transaction } from '../platform/database/database.ts'
import { idTaken, notFound } from '../platform/refusal.ts'
import { announceChange, type Actor, type PlannerDeps, type PlannerUnit } from './planner-change.ts'
import { cursorToCondition, lastPosition, placeAfter, rowsToPage } from './planner-order.ts'
import { recordChanges, rowsToChange, toKindName } from './planner-record.ts'
import { rowToValues } from './planner-values.ts'
import {
  changedColumns,
  createdColumns,
  hashBody,
  toChanges,
  type PlannerKind,
  type PlannerRow,
  type PlannerTable,
} from './planner-row.ts'

// Code that goals, milestones and tasks share. The tables differ in a few columns that are passed through here, and drizzle cannot
// type a query on a union of tables: so queries run on the common columns, and `as Row` gives the type of the kind back.

/** A page of the user's items in their order, without deleted ones. @throws Refusal BAD_REQUEST for a foreign cursor */
export async function listItems<Row extends PlannerRow, Item>(
  queries: Queries,
  { table, rowToItem }: PlannerKind<Row, Item>,
  userId: Id,
  input: { filters: readonly (SQL | undefined)[]; cursor?: string | null | undefined; limit: number },
): Promise<{ items: Item[]; nextCursor: string | null }> {
  const { filters, cursor, limit } = input
  const rows = await queries
    .select()
    .from(table)
    .where(and(eq(table.userId, userId), isNull(table.deletedAt), ...filters, cursorToCondition(table, cursor)))
    .orderBy(asc(table.position), asc(table.id))
    .limit(limit + 1)
  return rowsToPage(rows as Row[], limit, rowToItem)
}

/** An item of the user that is not deleted. @throws Refusal NOT_FOUND */
export async function readItem<Row extends PlannerRow>(
  queries: Queries,
  kind: PlannerKind<Row, unknown>,
  userId: Id,
  id: Id,
): Promise<Row> {
  const [row] = await queries
    .select()
    .from(kind.table)
    .where(isOwn(kind.table, userId, id))
  if (!row) throw notFound(kind.noun)
  return row as Row
}

/** As {@link readItem}, locked for a change. @throws Refusal NOT_FOUND */
export async function lockItem<Row extends PlannerRow>(
  tx: Transaction,
  kind: PlannerKind<Row, unknown>,
  userId: Id,
  id: Id,
): Promise<Row> {
  const [row] = await tx
    .select()
    .from(kind.table)
    .where(isOwn(kind.table, userId, id))
    .for('update')
  if (!row) throw notFound(kind.noun)
  return row as Row
}

/**
 * Keeps a parent from being deleted until the transaction ends. Parents are locked before their children everywhere, so that two
 * transactions never deadlock. @throws Refusal NOT_FOUND
 */
export async function holdParent<Row extends PlannerRow>(
  tx: Transaction,
  kind: PlannerKind<Row, unknown>,
  userId: Id,
  id: Id | null | undefined,
): Promise<void> {
  if (id === null || id === undefined) return
  const [row] = await tx
    .select({ id: kind.table.id })
    .from(kind.table)
    .where(isOwn(kind.table, userId, id))
    .for('share')
  if (!row) throw notFound(kind.noun)
}

/**
 * Creates an item at the end of the user's order. A repeat with the same id and body gives the existing one.
 * @throws Refusal CONFLICT id-taken
 */
export async function createItem<Row extends PlannerRow, Item>(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  kind: PlannerKind<Row, Item>,
  input: { id: Id | undefined; body: Pick<Row, 'title'> & Readonly<Record<string, string | null>> },
): Promise<Item> {
  const { tx } = unit
  const { table } = kind
  const { id = uuidv7(), body } = input
  const position = await lastPosition(tx, table, actor.userId)
  const [created] = await tx
    .insert(table)
    .values({ ...body, id, position, ...createdColumns(actor, body) })
    .onConflictDoNothing({ target: table.id })
    .returning()
  if (created) {
    announceChange(deps, unit, actor, kind.name, 1)
    await recordChanges(tx, actor, [{ kind: toKindName(kind), itemId: id, before: null, after: rowToValues(created) }])
    return kind.rowToItem(created as Row)
  }
  const [existing] = await tx
    .select()
    .from(table)
    .where(isOwn(table, actor.userId, id))
  if (existing?.createdHash !== hashBody(body)) throw idTaken(kind.idField)
  return kind.rowToItem(existing as Row)
}

/** Changes the given fields of a locked row; undefined leaves one as it is. Without a difference nothing is written. */
export async function updateItem<Row extends PlannerRow, Item>(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  kind: PlannerKind<Row, Item>,
  row: Row,
  wanted: { readonly [Column in keyof Row]?: Row[Column] | undefined },
): Promise<Item> {
  const changes = toChanges(row, wanted)
  if (Object.keys(changes).length === 0) return kind.rowToItem(row)
  announceChange(deps, unit, actor, kind.name, 1)
  const saved = await saveItem(unit.tx, kind, row.id, { ...changes, ...changedColumns(actor) })
  await recordChanges(unit.tx, actor, [rowsToChange(kind, row, saved, Object.keys(changes))])
  return kind.rowToItem(saved)
}

/** Puts an item right after another one, or first. @throws Refusal NOT_FOUND, BAD_REQUEST for an item after itself */
export async function reorderItem<Row extends PlannerRow, Item>(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  kind: PlannerKind<Row, Item>,
  input: { id: Id; afterId: Id | null },
): Promise<Item> {
  const { userId } = actor
  const item = await lockItem(unit.tx, kind, userId, input.id)
  const position = await placeAfter(unit.tx, kind.table, kind.noun, { userId, item, afterId: input.afterId })
  const saved = await saveItem(unit.tx, kind, item.id, { position })
  if (position !== item.position) {
    announceChange(deps, unit, actor, kind.name, 1)
    await recordChanges(unit.tx, actor, [rowsToChange(kind, item, saved, ['position'])])
  }
  return kind.rowToItem(saved)
}

async function saveItem<Row extends PlannerRow>(
  tx: Transaction,
  kind: PlannerKind<Row, unknown>,
  id: Id,
  changes: Partial<PlannerRow>,
): Promise<Row> {
  const [row] = await tx.update(kind.table).set(changes).where(eq(kind.table.id, id)).returning()
  if (!row) throw notFound(kind.noun)
  return row as Row
}

function isOwn(table: PlannerTable, userId: Id, id: Id): SQL | undefined {
  return and(eq(table.id, id), eq(table.userId, userId), isNull(table.deletedAt))
}
