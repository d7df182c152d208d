import { plannerPreviewUndoInput, plannerPreviewUndoOutput, plannerUndoInput, plannerUndoOutput } from '@holdfast/shared'
import { redoPlanner } from '../../planner/commands/redo-planner.ts'
import { undoPlanner } from '../../planner/commands/undo-planner.ts'
import { previewPlannerUndo } from '../../planner/queries/preview-planner-undo.ts'
import { procedure, router } from '../trpc/procedures.ts'

export const plannerRouter = router({
  previewUndo: procedure
    .meta({
      description:
        'What `planner.undo` would do now to the changes of an answer, or `planner.redo` if they are undone; and what it would keep, with the reason.',
    })
    .input(plannerPreviewUndoInput)
    .output(plannerPreviewUndoOutput)
    .query(({ ctx, input }) => previewPlannerUndo(ctx.deps, ctx.user.id, input)),
  undo: procedure
    .meta({
      description:
        'Reverses all that an answer did to goals, milestones and tasks, but for what was changed since. A repeat is harmless. `CONFLICT` not-undoable while the answer is being written.',
    })
    .input(plannerUndoInput)
    .output(plannerUndoOutput)
    .mutation(({ ctx, input }) => undoPlanner(ctx.deps, ctx.user.id, input)),
  redo: procedure
    .meta({
      description: 'Reverses the newest `planner.undo` of an answer, but for what was changed since. A repeat is harmless.',
    })
    .input(plannerUndoInput)
    .output(plannerUndoOutput)
    .mutation(({ ctx, input }) => redoPlanner(ctx.deps, ctx.user.id, input)),
})
