import type { Goal, goalsReorderInput } from '@holdfast/shared'
import type { z } from 'zod'
import type { Actor, PlannerDeps, PlannerUnit } from '../planner-change.ts'
import { reorderItem } from '../planner-item.ts'
import { goalKind } from '../planner-kinds.ts'

/** Puts a goal right after another one, or first. @throws Refusal NOT_FOUND, BAD_REQUEST for a goal after itself */
export function reorderGoal(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  { goalId, afterId }: z.output<typeof goalsReorderInput>,
): Promise<Goal> {
  return reorderItem(deps, unit, actor, goalKind, { id: goalId, afterId })
}
