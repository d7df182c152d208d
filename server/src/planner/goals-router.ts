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
import { procedure, router } from '../trpc/procedures.ts'
import { createGoal, listGoals, reorderGoal, updateGoal } from './goals.ts'
import { changePlanner } from './planner-change.ts'
import { deleteGoal, restoreGoal } from './planner-trash.ts'

export const goalsRouter = router({
  list: procedure
    .input(goalsListInput)
    .output(goalsListOutput)
    .query(({ ctx, input }) => listGoals(ctx.deps.database.queries, ctx.user.id, input)),
  create: procedure
    .input(goalsCreateInput)
    .output(goalSchema)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) => createGoal(ctx.deps, unit, actor, input)),
    ),
  update: procedure
    .input(goalsUpdateInput)
    .output(goalSchema)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) => updateGoal(ctx.deps, unit, actor, input)),
    ),
  reorder: procedure
    .input(goalsReorderInput)
    .output(goalSchema)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) => reorderGoal(ctx.deps, unit, actor, input)),
    ),
  delete: procedure
    .input(goalsDeleteInput)
    .output(goalsDeleteOutput)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) => deleteGoal(ctx.deps, unit, actor, input.goalId)),
    ),
  restore: procedure
    .input(goalsRestoreInput)
    .output(goalSchema)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) => restoreGoal(ctx.deps, unit, actor, input.goalId)),
    ),
})
