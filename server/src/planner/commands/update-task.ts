import type { Task, tasksUpdateInput } from '@holdfast/shared'
import type { z } from 'zod'
import type { Actor, PlannerDeps, PlannerUnit } from '../planner-change.ts'
import { holdParent, lockItem, updateItem } from '../planner-item.ts'
import { milestoneKind, taskKind } from '../planner-kinds.ts'
import { toCompletedAt } from '../planner-row.ts'

/** Changes the given fields. @throws Refusal NOT_FOUND, also for a milestone that is not the user's */
export async function updateTask(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  input: z.output<typeof tasksUpdateInput>,
): Promise<Task> {
  const { taskId, milestoneId, title, description, category, dueDate, completed } = input
  await holdParent(unit.tx, milestoneKind, actor.userId, milestoneId)
  const row = await lockItem(unit.tx, taskKind, actor.userId, taskId)
  const completedAt = toCompletedAt(row, completed, actor.now)
  return updateItem(deps, unit, actor, taskKind, row, { milestoneId, title, description, category, dueDate, completedAt })
}
