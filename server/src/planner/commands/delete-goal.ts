import { schema } from '@holdfast/drizzle'
import type { goalsDeleteInput, goalsDeleteOutput } from '@holdfast/shared'
import { eq, inArray } from 'drizzle-orm'
import type { z } from 'zod'
import { announceChange, type Actor, type PlannerDeps, type PlannerUnit } from '../planner-change.ts'
import { goalKind, milestoneKind, taskKind } from '../planner-kinds.ts'
import { lockItemOrDeleted, markDeleted } from '../planner-trash.ts'

const { goals, milestones, tasks } = schema

/** Deletes a goal with its milestones and their tasks. A repeat is harmless. @throws Refusal NOT_FOUND */
export async function deleteGoal(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  { goalId }: z.output<typeof goalsDeleteInput>,
): Promise<z.infer<typeof goalsDeleteOutput>> {
  const { tx } = unit
  const row = await lockItemOrDeleted(tx, goalKind, actor.userId, goalId)
  if (row.deletedAt !== null) return { goalId }
  await markDeleted(tx, actor, goalKind, goalId, eq(goals.id, goalId))
  const milestoneIds = await markDeleted(tx, actor, milestoneKind, goalId, eq(milestones.goalId, goalId))
  const taskIds = await markDeleted(tx, actor, taskKind, goalId, inArray(tasks.milestoneId, milestoneIds))
  announceChange(deps, unit, actor, 'goals', 1)
  announceChange(deps, unit, actor, 'milestones', milestoneIds.length)
  announceChange(deps, unit, actor, 'tasks', taskIds.length)
  return { goalId }
}
