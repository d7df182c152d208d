import type { Milestone, milestonesUpdateInput } from '@holdfast/shared'
import type { z } from 'zod'
import type { Actor, PlannerDeps, PlannerUnit } from '../planner-change.ts'
import { holdParent, lockItem, updateItem } from '../planner-item.ts'
import { goalKind, milestoneKind } from '../planner-kinds.ts'
import { toCompletedAt } from '../planner-row.ts'

/** Changes the given fields. @throws Refusal NOT_FOUND, also for a goal that is not the user's */
export async function updateMilestone(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  { milestoneId, goalId, title, targetDate, completed }: z.output<typeof milestonesUpdateInput>,
): Promise<Milestone> {
  await holdParent(unit.tx, goalKind, actor.userId, goalId)
  const row = await lockItem(unit.tx, milestoneKind, actor.userId, milestoneId)
  const completedAt = toCompletedAt(row, completed, actor.now)
  return updateItem(deps, unit, actor, milestoneKind, row, { goalId, title, targetDate, completedAt })
}
