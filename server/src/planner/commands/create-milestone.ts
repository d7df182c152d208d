import type { Milestone, milestonesCreateInput } from '@holdfast/shared'
import type { z } from 'zod'
import type { Actor, PlannerDeps, PlannerUnit } from '../planner-change.ts'
import { createItem, holdParent } from '../planner-item.ts'
import { goalKind, milestoneKind } from '../planner-kinds.ts'

/**
 * Creates a milestone at the end of the order. A repeat with the same id and body gives the existing one.
 * @throws Refusal NOT_FOUND for a goal that is not the user's, CONFLICT id-taken
 */
export async function createMilestone(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  { milestoneId, goalId = null, title, targetDate = null }: z.output<typeof milestonesCreateInput>,
): Promise<Milestone> {
  await holdParent(unit.tx, goalKind, actor.userId, goalId)
  return createItem(deps, unit, actor, milestoneKind, { id: milestoneId, body: { goalId, title, targetDate } })
}
