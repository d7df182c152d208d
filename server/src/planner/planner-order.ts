import { gapToPosition, isInGap, positionBehind, type Id, type PlannerGap, type PlannerPlace } from '@holdfast/shared'
import { and, asc, eq, isNull, max, ne, sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import type { Transaction } from '../platform/database/database.ts'
import { badField, notFound } from '../platform/refusal.ts'
import type { PlannerTable } from './planner-row.ts'

/** The position after all of the user's items in a table. */
export async function lastPosition(tx: Transaction, table: PlannerTable, userId: Id): Promise<number> {
  const [row] = await tx
    .select({ position: max(table.position) })
    .from(table)
    .where(and(eq(table.userId, userId), isNull(table.deletedAt)))
  return positionBehind(row?.position ?? null)
}

/**
 * The position that puts an item right after another one, or first (`afterId` null); its own position if it is there already. When no
 * number is left between the neighbours, all positions are renumbered first.
 * @throws Refusal NOT_FOUND, BAD_REQUEST for an item after itself
 */
export async function placeAfter(
  tx: Transaction,
  table: PlannerTable,
  what: 'Goal' | 'Milestone' | 'Task',
  input: { userId: Id; item: PlannerPlace; afterId: Id | null },
): Promise<number> {
  const { userId, item, afterId } = input
  if (afterId === item.id) throw badField('afterId', 'must be another item')
  const found = await findGap(tx, table, what, input)
  if (isInGap(found, item)) return item.position
  const position = gapToPosition(found)
  if (position !== null) return position
  await renumber(tx, table, userId)
  const [moved] = await tx.select({ id: table.id, position: table.position }).from(table).where(eq(table.id, item.id))
  const wider = await findGap(tx, table, what, input)
  return (moved && isInGap(wider, moved) ? moved.position : gapToPosition(wider)) ?? item.position
}

async function findGap(
  tx: Transaction,
  table: PlannerTable,
  what: 'Goal' | 'Milestone' | 'Task',
  input: { userId: Id; item: PlannerPlace; afterId: Id | null },
): Promise<PlannerGap> {
  const { userId, item, afterId } = input
  const isOther = and(eq(table.userId, userId), isNull(table.deletedAt), ne(table.id, item.id))
  const place = { id: table.id, position: table.position }
  const [before = null] =
    afterId === null
      ? []
      : await tx
          .select(place)
          .from(table)
          .where(and(isOther, eq(table.id, afterId)))
  if (afterId !== null && before === null) throw notFound(what)
  const [after = null] = await tx
    .select(place)
    .from(table)
    .where(and(isOther, before ? isAfter(table, before) : undefined))
    .orderBy(asc(table.position), asc(table.id))
    .limit(1)
  return { before, after }
}

async function renumber(tx: Transaction, table: PlannerTable, userId: Id): Promise<void> {
  await tx.execute(sql`
    update ${table} set position = ordered.place
    from (
      select id, row_number() over (order by position, id) as place from ${table} where user_id = ${userId} and deleted_at is null
    ) ordered
    where ${table.id} = ordered.id`)
}

function isAfter(table: PlannerTable, place: PlannerPlace): SQL {
  return sql`(${table.position}, ${table.id}) > (${place.position}::double precision, ${place.id}::uuid)`
}

const positionSchema = z
  .string()
  .regex(/^-?\d+(?:\.\d+)?(?:e[+-]\d+)?$/u)
  .transform(Number)
  .pipe(z.number())
const cursorSchema = z.tuple([positionSchema, z.guid()])

/** The condition for what comes after a cursor; undefined without one. @throws Refusal BAD_REQUEST */
export function cursorToCondition(table: PlannerTable, cursor: string | null | undefined): SQL | undefined {
  if (cursor === null || cursor === undefined) return undefined
  const parsed = cursorSchema.safeParse(cursor.split('_'))
  if (!parsed.success) throw badField('cursor', 'must be a cursor that this server gave')
  const [position, id] = parsed.data
  return isAfter(table, { position, id })
}

/** The page out of one row more than it holds. */
export function rowsToPage<Row extends PlannerPlace, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { items: page.map(toItem), nextCursor: rows.length > limit && last ? `${last.position}_${last.id}` : null }
}
