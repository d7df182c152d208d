import type { Task, tasksAddInput } from '@holdfast/shared'
import type { z } from 'zod'
import type { Actor, PlannerDeps, PlannerUnit } from '../planner-change.ts'
import { createItem, holdParent } from '../planner-item.ts'
import { milestoneKind, taskKind } from '../planner-kinds.ts'

/**
 * Adds a task at the end of the order. A repeat with the same id and body gives the existing one.
 * @throws Refusal NOT_FOUND for a milestone that is not the user's, CONFLICT id-taken
 */
export async function addTask(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  input: z.output<typeof tasksAddInput>,
): Promise<Task> {
  const { taskId, milestoneId = null, title, description = null, category = null, dueDate = null } = input
  await holdParent(unit.tx, milestoneKind, actor.userId, milestoneId)
  const body = { milestoneId, title, description, category, dueDate }
  return createItem(deps, unit, actor, taskKind, { id: taskId, body })
}
