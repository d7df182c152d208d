import type { Id, plannerPreviewUndoInput, PlannerUndoPreview } from '@holdfast/shared'
import type { z } from 'zod'
import { readMessageRow } from '../../conversation-store/read-path.ts'
import { readConsistently } from '../../platform/database/read-consistently.ts'
import type { Database } from '../../platform/database/database.ts'
import { describeChanges } from '../describe-undo.ts'
import { loadUndo } from '../load-undo.ts'

/** What an undo, or after an undo a redo, would do now. @throws Refusal NOT_FOUND */
export function previewPlannerUndo(
  { database }: { readonly database: Database },
  userId: Id,
  { messageId }: z.output<typeof plannerPreviewUndoInput>,
): Promise<PlannerUndoPreview> {
  return readConsistently(database, async (queries) => {
    await readMessageRow(queries, userId, messageId)
    const { state, plan, items } = await loadUndo(queries, { userId, messageId, lock: false })
    return { messageId, state, items: describeChanges(plan.changes, items), kept: [...plan.kept] }
  })
}
