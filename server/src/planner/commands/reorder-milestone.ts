import type { Milestone, milestonesReorderInput } from '@holdfast/shared'
import type { z } from 'zod'
import type { Actor, PlannerDeps, PlannerUnit } from '../planner-change.ts'
import { reorderItem } from '../planner-item.ts'
import { milestoneKind } from '../planner-kinds.ts'

/** Puts a milestone right after another one, or first. @throws Refusal NOT_FOUND, BAD_REQUEST for a milestone after itself */
export function reorderMilestone(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  { milestoneId, afterId }: z.output<typeof milestonesReorderInput>,
): Promise<Milestone> {
  return reorderItem(deps, unit, actor, milestoneKind, { id: milestoneId, afterId })
}
