import type { Id, PlannerUndone, plannerUndoInput } from '@holdfast/shared'
import type { z } from 'zod'
import { reverseChanges, type UndoDeps } from '../reverse-changes.ts'

/**
 * [P7] Reverses all that an answer did to the plans, but for what was changed since. A repeat gives what the first one reverted.
 * @throws Refusal NOT_FOUND, CONFLICT not-undoable | request-reused
 */
export function undoPlanner(deps: UndoDeps, userId: Id, input: z.output<typeof plannerUndoInput>): Promise<PlannerUndone> {
  return reverseChanges(deps, userId, input, 'undo')
}
