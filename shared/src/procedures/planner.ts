import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { undoItemSchema, undoKeptSchema } from '../planner-undo.ts'

/**
 * What an answer did to the plans, as it stands: `changed` can be undone, `undone` can be redone, `unchanged`: the answer changed nothing,
 * or nothing that this server has a record of.
 */
export const plannerUndoStateSchema = z.enum(['unchanged', 'changed', 'undone'])
export type PlannerUndoState = z.infer<typeof plannerUndoStateSchema>

export const plannerPreviewUndoInput = z.strictObject({ messageId: uuidSchema })
/** For `changed`: what `undo` would do now. For `undone`: what `redo` would do now. */
export const plannerPreviewUndoOutput = z.object({
  messageId: z.string(),
  state: plannerUndoStateSchema,
  items: z.array(undoItemSchema),
  kept: z.array(undoKeptSchema),
})
export type PlannerUndoPreview = z.infer<typeof plannerPreviewUndoOutput>

/** Of `undo` and of `redo`. Without a `requestId` a repeat is harmless, too: what is undone already is not undone again. */
export const plannerUndoInput = z.strictObject({ requestId: uuidSchema.optional(), messageId: uuidSchema })
export const plannerUndoOutput = z.object({
  messageId: z.string(),
  /** The state afterwards. */
  state: plannerUndoStateSchema,
  /** What was reverted. */
  items: z.array(undoItemSchema),
  kept: z.array(undoKeptSchema),
})
export type PlannerUndone = z.infer<typeof plannerUndoOutput>
