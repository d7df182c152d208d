import { schema } from '@holdfast/drizzle'
import type { Task, tasksRestoreInput } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import { announceChange, type Actor, type PlannerDeps, type PlannerUnit } from '../planner-change.ts'
import { taskKind } from '../planner-kinds.ts'
import { changedColumns } from '../planner-row.ts'
import { holdParentIfThere, lockItemOrDeleted, notDeleted } from '../planner-trash.ts'

const { milestones, tasks } = schema

/** Restores a task; without its milestone when that is still deleted. A repeat is harmless. @throws Refusal NOT_FOUND */
export async function restoreTask(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  { taskId }: z.output<typeof tasksRestoreInput>,
): Promise<Task> {
  const row = await lockItemOrDeleted(unit.tx, taskKind, actor.userId, taskId)
  if (row.deletedWith === null) return taskKind.rowToItem(row)
  const milestoneId = await holdParentIfThere(unit.tx, milestones, row.milestoneId)
  const [restored] = await unit.tx
    .update(tasks)
    .set({ ...notDeleted, ...changedColumns(actor), milestoneId })
    .where(eq(tasks.id, taskId))
    .returning()
  announceChange(deps, unit, actor, 'tasks', 1)
  return taskKind.rowToItem(restored ?? row)
}
