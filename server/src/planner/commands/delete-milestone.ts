import { schema } from '@holdfast/drizzle'
import type { milestonesDeleteInput, milestonesDeleteOutput } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import { announceChange, type Actor, type PlannerDeps, type PlannerUnit } from '../planner-change.ts'
import { milestoneKind, taskKind } from '../planner-kinds.ts'
import { lockItemOrDeleted, markDeleted } from '../planner-trash.ts'

const { milestones, tasks } = schema

/** Deletes a milestone with its tasks. A repeat is harmless. @throws Refusal NOT_FOUND */
export async function deleteMilestone(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  { milestoneId }: z.output<typeof milestonesDeleteInput>,
): Promise<z.infer<typeof milestonesDeleteOutput>> {
  const { tx } = unit
  const row = await lockItemOrDeleted(tx, milestoneKind, actor.userId, milestoneId)
  if (row.deletedAt !== null) return { milestoneId }
  await markDeleted(tx, actor, milestoneKind, milestoneId, eq(milestones.id, milestoneId))
  const taskIds = await markDeleted(tx, actor, taskKind, milestoneId, eq(tasks.milestoneId, milestoneId))
  announceChange(deps, unit, actor, 'milestones', 1)
  announceChange(deps, unit, actor, 'tasks', taskIds.length)
  return { milestoneId }
}
