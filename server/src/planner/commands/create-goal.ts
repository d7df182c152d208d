import type { Goal, goalsCreateInput } from '@holdfast/shared'
import type { z } from 'zod'
import type { Actor, PlannerDeps, PlannerUnit } from '../planner-change.ts'
import { createItem } from '../planner-item.ts'
import { goalKind } from '../planner-kinds.ts'

/** Creates a goal at the end of the order. A repeat with the same id and body gives the existing one. @throws Refusal CONFLICT id-taken */
export function createGoal(
  deps: PlannerDeps,
  unit: PlannerUnit,
  actor: Actor,
  { goalId, title, description = null, targetDate = null }: z.output<typeof goalsCreateInput>,
): Promise<Goal> {
  return createItem(deps, unit, actor, goalKind, { id: goalId, body: { title, description, targetDate } })
}
