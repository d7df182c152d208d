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
import { plannerProcedure, procedure, router } from '../trpc/procedures.ts'
import { completeMilestone } from '../../planner/commands/complete-milestone.ts'
import { createMilestone } from '../../planner/commands/create-milestone.ts'
import { deleteMilestone } from '../../planner/commands/delete-milestone.ts'
import { reorderMilestone } from '../../planner/commands/reorder-milestone.ts'
import { restoreMilestone } from '../../planner/commands/restore-milestone.ts'
import { updateMilestone } from '../../planner/commands/update-milestone.ts'
import { listMilestones } from '../../planner/queries/list-milestones.ts'

export const milestonesRouter = router({
  list: procedure
    .meta({ description: "A page of the user's milestones in their order. `goalId: null` selects those without a goal." })
    .input(milestonesListInput)
    .output(milestonesListOutput)
    .query(({ ctx, input }) => listMilestones(ctx.deps.database.queries, ctx.user.id, input)),
  create: plannerProcedure
    .meta({
      description:
        'Creates a milestone, of a goal or on its own, last in the order. A repeat with the same id and body returns the existing one.',
    })
    .input(milestonesCreateInput)
    .output(milestoneSchema)
    .mutation(({ ctx, input }) => ctx.change(createMilestone, input)),
  update: plannerProcedure
    .meta({ description: 'Changes the given fields.' })
    .input(milestonesUpdateInput)
    .output(milestoneSchema)
    .mutation(({ ctx, input }) => ctx.change(updateMilestone, input)),
  complete: plannerProcedure
    .meta({ description: 'Marks a milestone as completed.' })
    .input(milestonesCompleteInput)
    .output(milestoneSchema)
    .mutation(({ ctx, input }) => ctx.change(completeMilestone, input)),
  reorder: plannerProcedure
    .meta({ description: 'Puts a milestone right after another one, or first.' })
    .input(milestonesReorderInput)
    .output(milestoneSchema)
    .mutation(({ ctx, input }) => ctx.change(reorderMilestone, input)),
  delete: plannerProcedure
    .meta({ description: 'Deletes a milestone with its tasks. `milestones.restore` restores exactly these.' })
    .input(milestonesDeleteInput)
    .output(milestonesDeleteOutput)
    .mutation(({ ctx, input }) => ctx.change(deleteMilestone, input)),
  restore: plannerProcedure
    .meta({ description: 'Restores a milestone with the tasks that were deleted with it.' })
    .input(milestonesRestoreInput)
    .output(milestoneSchema)
    .mutation(({ ctx, input }) => ctx.change(restoreMilestone, input)),
})
