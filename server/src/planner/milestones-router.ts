import {
  milestoneSchema,
  milestonesCompleteInput,
  milestonesCreateInput,
  milestonesDeleteInput,
  milestonesDeleteOutput,
  milestonesListInput,
  milestonesListOutput,
  milestonesReorderInput,
  milestonesRestoreInput,
  milestonesUpdateInput,
} from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { createMilestone, listMilestones, reorderMilestone, updateMilestone } from './milestones.ts'
import { changePlanner } from './planner-change.ts'
import { deleteMilestone, restoreMilestone } from './planner-trash.ts'

export const milestonesRouter = router({
  list: procedure
    .input(milestonesListInput)
    .output(milestonesListOutput)
    .query(({ ctx, input }) => listMilestones(ctx.deps.database.queries, ctx.user.id, input)),
  create: procedure
    .input(milestonesCreateInput)
    .output(milestoneSchema)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) => createMilestone(ctx.deps, unit, actor, input)),
    ),
  update: procedure
    .input(milestonesUpdateInput)
    .output(milestoneSchema)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) => updateMilestone(ctx.deps, unit, actor, input)),
    ),
  complete: procedure
    .input(milestonesCompleteInput)
    .output(milestoneSchema)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) =>
        updateMilestone(ctx.deps, unit, actor, { ...input, completed: true }),
      ),
    ),
  reorder: procedure
    .input(milestonesReorderInput)
    .output(milestoneSchema)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) => reorderMilestone(ctx.deps, unit, actor, input)),
    ),
  delete: procedure
    .input(milestonesDeleteInput)
    .output(milestonesDeleteOutput)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) => deleteMilestone(ctx.deps, unit, actor, input.milestoneId)),
    ),
  restore: procedure
    .input(milestonesRestoreInput)
    .output(milestoneSchema)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) => restoreMilestone(ctx.deps, unit, actor, input.milestoneId)),
    ),
})
