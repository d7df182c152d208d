import { schema } from '@holdfast/drizzle'
import type { Goal, Id, Milestone, Task } from '@holdfast/shared'
import { and, eq, inArray, isNull, type SQL } from 'drizzle-orm'
import type { Transaction } from '../database/database.ts'
import { notFound } from '../refusal.ts'
import { rowToGoal } from './goals.ts'
import { rowToMilestone } from './milestones.ts'
import { announceChange, type Actor, type PlannerDeps, type PlannerUnit } from './planner-change.ts'
import { changedColumns, type PlannerTable } from './planner-row.ts'
import { rowToTask } from './tasks.ts'

const { goals, milestones, tasks } = schema

// Deleting takes along what hangs below and is not deleted yet: a goal its milestones, a milestone its tasks. All of them remember
// what they were deleted with, so an undo brings back exactly these, and not what was deleted before on its own.

/** Deletes a goal with its milestones and their tasks. Repeating it is harmless. @throws Refusal NOT_FOUND */
export async function deleteGoal(deps: PlannerDeps, unit: PlannerUnit, actor: Actor, goalId: Id): Promise<{ goalId: Id }> {
  const row = await lockAny(unit.tx, actor, goals, 'Goal', goalId)
  if (row.deletedAt === null) {
    await markDeleted(unit.tx, actor, goals, goalId, eq(goals.id, goalId))
    const taken = await markDeleted(unit.tx, actor, milestones, goalId, eq(milestones.goalId, goalId))
    const tasksTaken = await markDeleted(unit.tx, actor, tasks, goalId, inArray(tasks.milestoneId, taken))
    announceChange(deps, unit, actor, 'goals', 1)
    announceChange(deps, unit, actor, 'milestones', taken.length)
    announceChange(deps, unit, actor, 'tasks', tasksTaken.length)
  }
  return { goalId }
}

/** Deletes a milestone with its tasks. Repeating it is harmless. @throws Refusal NOT_FOUND */
export async function deleteMilestone(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  milestoneId: Id,
): Promise<{ milestoneId: Id }> {
  const row = await lockAny(unit.tx, actor, milestones, 'Milestone', milestoneId)
  if (row.deletedAt === null) {
    await markDeleted(unit.tx, actor, milestones, milestoneId, eq(milestones.id, milestoneId))
    const taken = await markDeleted(unit.tx, actor, tasks, milestoneId, eq(tasks.milestoneId, milestoneId))
    announceChange(deps, unit, actor, 'milestones', 1)
    announceChange(deps, unit, actor, 'tasks', taken.length)
  }
  return { milestoneId }
}

/** Deletes a task. Repeating it is harmless. @throws Refusal NOT_FOUND */
export async function deleteTask(deps: PlannerDeps, unit: PlannerUnit, actor: Actor, taskId: Id): Promise<{ taskId: Id }> {
  const row = await lockAny(unit.tx, actor, tasks, 'Task', taskId)
  if (row.deletedAt === null) {
    await markDeleted(unit.tx, actor, tasks, taskId, eq(tasks.id, taskId))
    announceChange(deps, unit, actor, 'tasks', 1)
  }
  return { taskId }
}

/** Brings a goal back, with the milestones and tasks that went with it. Repeating it is harmless. @throws Refusal NOT_FOUND */
export async function restoreGoal(deps: PlannerDeps, unit: PlannerUnit, actor: Actor, goalId: Id): Promise<Goal> {
  const row = await lockAny(unit.tx, actor, goals, 'Goal', goalId)
  if (row.deletedWith === null) return rowToGoal(row)
  const [restored] = await unit.tx
    .update(goals)
    .set({ ...undeleted, ...changedColumns(actor) })
    .where(eq(goals.id, goalId))
    .returning()
  const back = await unmarkDeleted(unit.tx, actor, milestones, row.deletedWith, eq(milestones.goalId, goalId))
  const tasksBack = await unmarkDeleted(unit.tx, actor, tasks, row.deletedWith, inArray(tasks.milestoneId, back))
  announceChange(deps, unit, actor, 'goals', 1)
  announceChange(deps, unit, actor, 'milestones', back.length)
  announceChange(deps, unit, actor, 'tasks', tasksBack.length)
  return rowToGoal(restored ?? row)
}

/**
 * Brings a milestone back, with the tasks that went with it; without its goal when that is still deleted. Repeating it is harmless.
 * @throws Refusal NOT_FOUND
 */
export async function restoreMilestone(deps: PlannerDeps, unit: PlannerUnit, actor: Actor, milestoneId: Id): Promise<Milestone> {
  const row = await lockAny(unit.tx, actor, milestones, 'Milestone', milestoneId)
  if (row.deletedWith === null) return rowToMilestone(row)
  const hasGoal = await isThere(unit.tx, goals, row.goalId)
  const [restored] = await unit.tx
    .update(milestones)
    .set({ ...undeleted, ...changedColumns(actor), goalId: hasGoal ? row.goalId : null })
    .where(eq(milestones.id, milestoneId))
    .returning()
  const back = await unmarkDeleted(unit.tx, actor, tasks, row.deletedWith, eq(tasks.milestoneId, milestoneId))
  announceChange(deps, unit, actor, 'milestones', 1)
  announceChange(deps, unit, actor, 'tasks', back.length)
  return rowToMilestone(restored ?? row)
}

/** Brings a task back; without its milestone when that is still deleted. Repeating it is harmless. @throws Refusal NOT_FOUND */
export async function restoreTask(deps: PlannerDeps, unit: PlannerUnit, actor: Actor, taskId: Id): Promise<Task> {
  const row = await lockAny(unit.tx, actor, tasks, 'Task', taskId)
  if (row.deletedWith === null) return rowToTask(row)
  const hasMilestone = await isThere(unit.tx, milestones, row.milestoneId)
  const [restored] = await unit.tx
    .update(tasks)
    .set({ ...undeleted, ...changedColumns(actor), milestoneId: hasMilestone ? row.milestoneId : null })
    .where(eq(tasks.id, taskId))
    .returning()
  announceChange(deps, unit, actor, 'tasks', 1)
  return rowToTask(restored ?? row)
}

const undeleted = { deletedAt: null, deletedWith: null }

/** The user's own, deleted or not. */
async function lockAny<Table extends PlannerTable>(
  tx: Transaction,
  actor: Actor,
  table: Table,
  what: 'Goal' | 'Milestone' | 'Task',
  id: Id,
): Promise<Table['$inferSelect']> {
  const [row] = await tx
    .select()
    .from(table as PlannerTable)
    .where(and(eq(table.id, id), eq(table.userId, actor.userId)))
    .for('update')
  if (!row) throw notFound(what)
  return row as Table['$inferSelect']
}

async function markDeleted(tx: Transaction, actor: Actor, table: PlannerTable, deletedWith: Id, which: SQL): Promise<Id[]> {
  const rows = await tx
    .update(table)
    .set({ deletedAt: actor.now, deletedWith, ...changedColumns(actor) })
    .where(and(eq(table.userId, actor.userId), isNull(table.deletedAt), which))
    .returning({ id: table.id })
  return rows.map((row) => row.id)
}

async function unmarkDeleted(tx: Transaction, actor: Actor, table: PlannerTable, deletedWith: Id, which: SQL): Promise<Id[]> {
  const rows = await tx
    .update(table)
    .set({ ...undeleted, ...changedColumns(actor) })
    .where(and(eq(table.userId, actor.userId), eq(table.deletedWith, deletedWith), which))
    .returning({ id: table.id })
  return rows.map((row) => row.id)
}

async function isThere(tx: Transaction, table: typeof goals | typeof milestones, id: Id | null): Promise<boolean> {
  if (id === null) return false
  const [row] = await tx
    .select({ id: table.id })
    .from(table)
    .where(and(eq(table.id, id), isNull(table.deletedAt)))
    .for('share')
  return row !== undefined
}
