import { schema } from '@holdfast/drizzle'
import type { tasksDeleteInput, tasksDeleteOutput } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import { announceChange, type Actor, type PlannerDeps, type PlannerUnit } from '../planner-change.ts'
import { taskKind } from '../planner-kinds.ts'
import { lockItemOrDeleted, markDeleted } from '../planner-trash.ts'

const { tasks } = schema

/** Deletes a task. A repeat is harmless. @throws Refusal NOT_FOUND */
export async function deleteTask(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  { taskId }: z.output<typeof tasksDeleteInput>,
): Promise<z.infer<typeof tasksDeleteOutput>> {
  const row = await lockItemOrDeleted(unit.tx, taskKind, actor.userId, taskId)
  if (row.deletedAt !== null) return { taskId }
  await markDeleted(unit.tx, actor, taskKind, taskId, eq(tasks.id, taskId))
  announceChange(deps, unit, actor, 'tasks', 1)
  return { taskId }
}
