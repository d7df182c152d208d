import type { Task, tasksReorderInput } from '@holdfast/shared'
import type { z } from 'zod'
import type { Actor, PlannerDeps, PlannerUnit } from '../planner-change.ts'
import { reorderItem } from '../planner-item.ts'
import { taskKind } from '../planner-kinds.ts'

/** Puts a task right after another one, or first. @throws Refusal NOT_FOUND, BAD_REQUEST for a task after itself */
export function reorderTask(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  { taskId, afterId }: z.output<typeof tasksReorderInput>,
): Promise<Task> {
  return reorderItem(deps, unit, actor, taskKind, { id: taskId, afterId })
}
