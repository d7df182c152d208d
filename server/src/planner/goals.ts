import { schema } from '@holdfast/drizzle'
import type { Goal, goalsCreateInput, goalsListInput, goalsUpdateInput, Id } from '@holdfast/shared'
import { and, asc, eq, isNull } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import type { Queries, Transaction } from '../database/database.ts'
import { idTaken } from '../messages/add-messages.ts'
import { notFound } from '../refusal.ts'
import { announceChange, type Actor, type PlannerDeps, type PlannerUnit } from './planner-change.ts'
import { cursorToCondition, lastPosition, placeAfter, rowsToPage } from './planner-order.ts'
import { changedColumns, createdColumns, hashBody, rowToItem, toChanges } from './planner-row.ts'

const { goals } = schema

export type GoalRow = typeof goals.$inferSelect

export function rowToGoal(row: GoalRow): Goal {
  const { id, title, description, targetDate, status } = row
  return { id, title, description, targetDate, status, ...rowToItem(row) }
}

/** A page of the user's goals in their order. */
export async function listGoals(queries: Queries, userId: Id, input: z.output<typeof goalsListInput>) {
  const rows = await queries
    .select()
    .from(goals)
    .where(
      and(
        eq(goals.userId, userId),
        isNull(goals.deletedAt),
        input.status === 'all' ? undefined : eq(goals.status, input.status),
        cursorToCondition(goals, input.cursor),
      ),
    )
    .orderBy(asc(goals.position), asc(goals.id))
    .limit(input.limit + 1)
  return rowsToPage(rows, input.limit, rowToGoal)
}

/** Makes a goal, last in the order. A repeat with the same id and body gives the one that is there. @throws Refusal CONFLICT id-taken */
export async function createGoal(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  input: z.output<typeof goalsCreateInput>,
): Promise<Goal> {
  const { tx } = unit
  const body = { title: input.title, description: input.description ?? null, targetDate: input.targetDate ?? null }
  const id = input.goalId ?? uuidv7()
  const position = await lastPosition(tx, goals, actor.userId)
  const [created] = await tx
    .insert(goals)
    .values({ ...body, id, position, ...createdColumns(actor, body) })
    .onConflictDoNothing({ target: goals.id })
    .returning()
  if (created) {
    announceChange(deps, unit, actor, 'goals', 1)
    return rowToGoal(created)
  }
  const [existing] = await tx.select().from(goals).where(isOwn(actor.userId, id))
  if (existing?.createdHash !== hashBody(body)) throw idTaken('goalId')
  return rowToGoal(existing)
}

/** Changes what was named. @throws Refusal NOT_FOUND */
export async function updateGoal(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  input: z.output<typeof goalsUpdateInput>,
): Promise<Goal> {
  const row = await lockGoal(unit.tx, actor.userId, input.goalId)
  const { title, description, targetDate, status } = input
  const changes = toChanges(row, { title, description, targetDate, status })
  if (Object.keys(changes).length === 0) return rowToGoal(row)
  announceChange(deps, unit, actor, 'goals', 1)
  return saveGoal(unit.tx, row.id, { ...changes, ...changedColumns(actor) })
}

/** Puts a goal right after another one, or first. @throws Refusal NOT_FOUND, BAD_REQUEST */
export async function reorderGoal(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  input: { goalId: Id; afterId: Id | null },
): Promise<Goal> {
  const { userId } = actor
  const item = await lockGoal(unit.tx, userId, input.goalId)
  const position = await placeAfter(unit.tx, goals, 'Goal', { userId, item, afterId: input.afterId })
  if (position !== item.position) announceChange(deps, unit, actor, 'goals', 1)
  return saveGoal(unit.tx, item.id, { position })
}

/** A goal of the user's that is not deleted. @throws Refusal NOT_FOUND */
export async function readGoal(queries: Queries, userId: Id, goalId: Id): Promise<GoalRow> {
  const [row] = await queries.select().from(goals).where(isOwn(userId, goalId))
  if (!row) throw notFound('Goal')
  return row
}

/** As {@link readGoal}; it is not deleted before the transaction ends. @throws Refusal NOT_FOUND */
export async function holdGoal(tx: Transaction, userId: Id, goalId: Id): Promise<void> {
  const [row] = await tx.select({ id: goals.id }).from(goals).where(isOwn(userId, goalId)).for('share')
  if (!row) throw notFound('Goal')
}

async function lockGoal(tx: Transaction, userId: Id, goalId: Id): Promise<GoalRow> {
  const [row] = await tx.select().from(goals).where(isOwn(userId, goalId)).for('update')
  if (!row) throw notFound('Goal')
  return row
}

async function saveGoal(tx: Transaction, id: Id, changes: Partial<typeof goals.$inferInsert>): Promise<Goal> {
  const [row] = await tx.update(goals).set(changes).where(eq(goals.id, id)).returning()
  if (!row) throw notFound('Goal')
  return rowToGoal(row)
}

function isOwn(userId: Id, goalId: Id) {
  return and(eq(goals.id, goalId), eq(goals.userId, userId), isNull(goals.deletedAt))
}
