import { schema } from '@holdfast/drizzle'
import type { Id, Milestone, milestonesCreateInput, milestonesListInput, milestonesUpdateInput } from '@holdfast/shared'
import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import type { Queries, Transaction } from '../database/database.ts'
import { idTaken } from '../messages/add-messages.ts'
import { notFound } from '../refusal.ts'
import { holdGoal, readGoal } from './goals.ts'
import { announceChange, type Actor, type PlannerDeps, type PlannerUnit } from './planner-change.ts'
import { cursorToCondition, lastPosition, placeAfter, rowsToPage } from './planner-order.ts'
import { changedColumns, createdColumns, hashBody, rowToItem, toChanges, toCompletedAt } from './planner-row.ts'

const { milestones } = schema

export type MilestoneRow = typeof milestones.$inferSelect

export function rowToMilestone(row: MilestoneRow): Milestone {
  const { id, goalId, title, targetDate } = row
  const completedAt = row.completedAt?.toISOString() ?? null
  return { id, goalId, title, targetDate, completed: completedAt !== null, completedAt, ...rowToItem(row) }
}

/** A page of the user's milestones in their order. @throws Refusal NOT_FOUND for a goal that is not theirs */
export async function listMilestones(queries: Queries, userId: Id, input: z.output<typeof milestonesListInput>) {
  const { goalId, status } = input
  if (goalId) await readGoal(queries, userId, goalId)
  const rows = await queries
    .select()
    .from(milestones)
    .where(
      and(
        eq(milestones.userId, userId),
        isNull(milestones.deletedAt),
        status === 'all' ? undefined : status === 'pending' ? isNull(milestones.completedAt) : isNotNull(milestones.completedAt),
        goalId === undefined ? undefined : goalId === null ? isNull(milestones.goalId) : eq(milestones.goalId, goalId),
        cursorToCondition(milestones, input.cursor),
      ),
    )
    .orderBy(asc(milestones.position), asc(milestones.id))
    .limit(input.limit + 1)
  return rowsToPage(rows, input.limit, rowToMilestone)
}

/**
 * Makes a milestone, last in the order. A repeat with the same id and body gives the one that is there.
 * @throws Refusal NOT_FOUND for a goal that is not the user's, CONFLICT id-taken
 */
export async function createMilestone(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  input: z.output<typeof milestonesCreateInput>,
): Promise<Milestone> {
  const { tx } = unit
  const body = { goalId: input.goalId ?? null, title: input.title, targetDate: input.targetDate ?? null }
  if (body.goalId !== null) await holdGoal(tx, actor.userId, body.goalId)
  const id = input.milestoneId ?? uuidv7()
  const position = await lastPosition(tx, milestones, actor.userId)
  const [created] = await tx
    .insert(milestones)
    .values({ ...body, id, position, ...createdColumns(actor, body) })
    .onConflictDoNothing({ target: milestones.id })
    .returning()
  if (created) {
    announceChange(deps, unit, actor, 'milestones', 1)
    return rowToMilestone(created)
  }
  const [existing] = await tx.select().from(milestones).where(isOwn(actor.userId, id))
  if (existing?.createdHash !== hashBody(body)) throw idTaken('milestoneId')
  return rowToMilestone(existing)
}

/** Changes what was named. @throws Refusal NOT_FOUND */
export async function updateMilestone(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  input: z.output<typeof milestonesUpdateInput>,
): Promise<Milestone> {
  const { goalId, title, targetDate } = input
  // Parents are locked before children everywhere, so that no two changes wait for each other.
  if (goalId) await holdGoal(unit.tx, actor.userId, goalId)
  const row = await lockMilestone(unit.tx, actor.userId, input.milestoneId)
  const completedAt = toCompletedAt(row, input.completed, actor.now)
  const changes = toChanges(row, { goalId, title, targetDate, completedAt })
  if (Object.keys(changes).length === 0) return rowToMilestone(row)
  announceChange(deps, unit, actor, 'milestones', 1)
  return saveMilestone(unit.tx, row.id, { ...changes, ...changedColumns(actor) })
}

/** Puts a milestone right after another one, or first. @throws Refusal NOT_FOUND, BAD_REQUEST */
export async function reorderMilestone(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  input: { milestoneId: Id; afterId: Id | null },
): Promise<Milestone> {
  const { userId } = actor
  const item = await lockMilestone(unit.tx, userId, input.milestoneId)
  const position = await placeAfter(unit.tx, milestones, 'Milestone', { userId, item, afterId: input.afterId })
  if (position !== item.position) announceChange(deps, unit, actor, 'milestones', 1)
  return saveMilestone(unit.tx, item.id, { position })
}

/** A milestone of the user's that is not deleted. @throws Refusal NOT_FOUND */
export async function readMilestone(queries: Queries, userId: Id, milestoneId: Id): Promise<MilestoneRow> {
  const [row] = await queries.select().from(milestones).where(isOwn(userId, milestoneId))
  if (!row) throw notFound('Milestone')
  return row
}

/** As {@link readMilestone}; it is not deleted before the transaction ends. @throws Refusal NOT_FOUND */
export async function holdMilestone(tx: Transaction, userId: Id, milestoneId: Id): Promise<void> {
  const [row] = await tx.select({ id: milestones.id }).from(milestones).where(isOwn(userId, milestoneId)).for('share')
  if (!row) throw notFound('Milestone')
}

async function lockMilestone(tx: Transaction, userId: Id, milestoneId: Id): Promise<MilestoneRow> {
  const [row] = await tx.select().from(milestones).where(isOwn(userId, milestoneId)).for('update')
  if (!row) throw notFound('Milestone')
  return row
}

async function saveMilestone(tx: Transaction, id: Id, changes: Partial<typeof milestones.$inferInsert>): Promise<Milestone> {
  const [row] = await tx.update(milestones).set(changes).where(eq(milestones.id, id)).returning()
  if (!row) throw notFound('Milestone')
  return rowToMilestone(row)
}

function isOwn(userId: Id, milestoneId: Id) {
  return and(eq(milestones.id, milestoneId), eq(milestones.userId, userId), isNull(milestones.deletedAt))
}
