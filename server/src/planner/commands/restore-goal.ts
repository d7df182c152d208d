import { schema } from '@holdfast/drizzle'
import type { Goal, goalsRestoreInput } from '@holdfast/shared'
import { eq, inArray } from 'drizzle-orm'
import type { z } from 'zod'
import { announceChange, type Actor, type PlannerDeps, type PlannerUnit } from '../planner-change.ts'
import { goalKind } from '../planner-kinds.ts'
import { changedColumns } from '../planner-row.ts'
import { lockItemOrDeleted, notDeleted, unmarkDeleted } from '../planner-trash.ts'

const { goals, milestones, tasks } = schema

/** Restores a goal with the milestones and tasks that were deleted with it. A repeat is harmless. @throws Refusal NOT_FOUND */
export async function restoreGoal(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  { goalId }: z.output<typeof goalsRestoreInput>,
): Promise<Goal> {
  const { tx } = unit
  const row = await lockItemOrDeleted(tx, goalKind, actor.userId, goalId)
  if (row.deletedWith === null) return goalKind.rowToItem(row)
  const [restored] = await tx
    .update(goals)
    .set({ ...notDeleted, ...changedColumns(actor) })
    .where(eq(goals.id, goalId))
    .returning()
  const milestoneIds = await unmarkDeleted(tx, actor, milestones, row.deletedWith, eq(milestones.goalId, goalId))
  const taskIds = await unmarkDeleted(tx, actor, tasks, row.deletedWith, inArray(tasks.milestoneId, milestoneIds))
  announceChange(deps, unit, actor, 'goals', 1)
  announceChange(deps, unit, actor, 'milestones', milestoneIds.length)
  announceChange(deps, unit, actor, 'tasks', taskIds.length)
  return goalKind.rowToItem(restored ?? row)
}
