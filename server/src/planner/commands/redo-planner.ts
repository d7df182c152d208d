import type { Id, PlannerUndone, plannerUndoInput } from '@holdfast/shared'
import type { z } from 'zod'
import { reverseChanges, type UndoDeps } from '../reverse-changes.ts'

/**
 * [P9] Reverses the newest undo of an answer, but for what was changed since.
 * @throws Refusal NOT_FOUND, CONFLICT not-undoable | request-reused
 */
export function redoPlanner(deps: UndoDeps, userId: Id, input: z.output<typeof plannerUndoInput>): Promise<PlannerUndone> {
  return reverseChanges(deps, userId, input, 'redo')
}
