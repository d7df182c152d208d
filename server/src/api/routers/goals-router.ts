import {
  goalSchema,
  goalsCreateInput,
  goalsDeleteInput,
  goalsDeleteOutput,
  goalsListInput,
  goalsListOutput,
  goalsReorderInput,
  goalsRestoreInput,
  goalsUpdateInput,
} from '@holdfast/shared'
import { plannerProcedure, procedure, router } from '../trpc/procedures.ts'
import { createGoal } from '../../planner/commands/create-goal.ts'
import { deleteGoal } from '../../planner/commands/delete-goal.ts'
import { reorderGoal } from '../../planner/commands/reorder-goal.ts'
import { restoreGoal } from '../../planner/commands/restore-goal.ts'
import { updateGoal } from '../../planner/commands/update-goal.ts'
import { listGoals } from '../../planner/queries/list-goals.ts'

export const goalsRouter = router({
  list: procedure
    .meta({ description: "A page of the user's goals in their order." })
    .input(goalsListInput)
    .output(goalsListOutput)
    .query(({ ctx, input }) => listGoals(ctx.deps.database.queries, ctx.user.id, input)),
  create: plannerProcedure
    .meta({ description: 'Creates a goal, last in the order. A repeat with the same id and body returns the existing one.' })
    .input(goalsCreateInput)
    .output(goalSchema)
    .mutation(({ ctx, input }) => ctx.change(createGoal, input)),
  update: plannerProcedure
    .meta({ description: 'Changes the given fields.' })
    .input(goalsUpdateInput)
    .output(goalSchema)
    .mutation(({ ctx, input }) => ctx.change(updateGoal, input)),
  reorder: plannerProcedure
    .meta({ description: 'Puts a goal right after another one, or first.' })
    .input(goalsReorderInput)
    .output(goalSchema)
    .mutation(({ ctx, input }) => ctx.change(reorderGoal, input)),
  delete: plannerProcedure
    .meta({ description: 'Deletes a goal with its milestones and their tasks. `goals.restore` restores exactly these.' })
    .input(goalsDeleteInput)
    .output(goalsDeleteOutput)
    .mutation(({ ctx, input }) => ctx.change(deleteGoal, input)),
  restore: plannerProcedure
    .meta({ description: 'Restores a goal with the milestones and tasks that were deleted with it.' })
    .input(goalsRestoreInput)
    .output(goalSchema)
    .mutation(({ ctx, input }) => ctx.change(restoreGoal, input)),
})
