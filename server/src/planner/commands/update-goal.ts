import type { Goal, goalsUpdateInput } from '@holdfast/shared'
import type { z } from 'zod'
import type { Actor, PlannerDeps, PlannerUnit } from '../planner-change.ts'
import { lockItem, updateItem } from '../planner-item.ts'
import { goalKind } from '../planner-kinds.ts'

/** Changes the given fields. @throws Refusal NOT_FOUND */
export async function updateGoal(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  { goalId, title, description, targetDate, status }: z.output<typeof goalsUpdateInput>,
): Promise<Goal> {
  const row = await lockItem(unit.tx, goalKind, actor.userId, goalId)
  return updateItem(deps, unit, actor, goalKind, row, { title, description, targetDate, status })
}
