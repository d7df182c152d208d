import type { Task, tasksCompleteInput } from '@holdfast/shared'
import type { z } from 'zod'
import type { Actor, PlannerDeps, PlannerUnit } from '../planner-change.ts'
import { updateTask } from './update-task.ts'

/** Marks a task as completed. A repeat keeps the first time. @throws Refusal NOT_FOUND */
export function completeTask(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  { taskId }: z.output<typeof tasksCompleteInput>,
): Promise<Task> {
  return updateTask(deps, unit, actor, { taskId, completed: true })
}
