import { schema } from '@holdfast/drizzle'
import type { Milestone, milestonesRestoreInput } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import { announceChange, type Actor, type PlannerDeps, type PlannerUnit } from '../planner-change.ts'
import { milestoneKind } from '../planner-kinds.ts'
import { changedColumns } from '../planner-row.ts'
import { holdParentIfThere, lockItemOrDeleted, notDeleted, unmarkDeleted } from '../planner-trash.ts'

const { goals, milestones, tasks } = schema

/**
 * Restores a milestone with the tasks that were deleted with it; without its goal when that is still deleted. A repeat is harmless.
 * @throws Refusal NOT_FOUND
 */
export async function restoreMilestone(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  { milestoneId }: z.output<typeof milestonesRestoreInput>,
): Promise<Milestone> {
  const { tx } = unit
  const row = await lockItemOrDeleted(tx, milestoneKind, actor.userId, milestoneId)
  if (row.deletedWith === null) return milestoneKind.rowToItem(row)
  const goalId = await holdParentIfThere(tx, goals, row.goalId)
  const [restored] = await tx
    .update(milestones)
    .set({ ...notDeleted, ...changedColumns(actor), goalId })
    .where(eq(milestones.id, milestoneId))
    .returning()
  const taskIds = await unmarkDeleted(tx, actor, tasks, row.deletedWith, eq(tasks.milestoneId, milestoneId))
  announceChange(deps, unit, actor, 'milestones', 1)
  announceChange(deps, unit, actor, 'tasks', taskIds.length)
  return milestoneKind.rowToItem(restored ?? row)
}
