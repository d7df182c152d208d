import type { Milestone, milestonesCompleteInput } from '@holdfast/shared'
import type { z } from 'zod'
import type { Actor, PlannerDeps, PlannerUnit } from '../planner-change.ts'
import { updateMilestone } from './update-milestone.ts'

/** Marks a milestone as completed. A repeat keeps the first time. @throws Refusal NOT_FOUND */
export function completeMilestone(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  { milestoneId }: z.output<typeof milestonesCompleteInput>,
): Promise<Milestone> {
  return updateMilestone(deps, unit, actor, { milestoneId, completed: true })
}
