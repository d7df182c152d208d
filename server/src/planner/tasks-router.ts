import {
  taskSchema,
  tasksAddInput,
  tasksCompleteInput,
  tasksDeleteInput,
  tasksDeleteOutput,
  tasksListInput,
  tasksListOutput,
  tasksReorderInput,
  tasksRestoreInput,
  tasksStatsInput,
  tasksStatsOutput,
  tasksUpdateInput,
} from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { toLocalDate } from './local-date.ts'
import { changePlanner } from './planner-change.ts'
import { readTaskStats } from './planner-stats.ts'
import { deleteTask, restoreTask } from './planner-trash.ts'
import { addTask, listTasks, reorderTask, updateTask } from './tasks.ts'

export const tasksRouter = router({
  list: procedure
    .input(tasksListInput)
    .output(tasksListOutput)
    .query(({ ctx, input }) => {
      const today = input.today ?? toLocalDate(ctx.deps.clock.now(), 0)
      return listTasks(ctx.deps.database.queries, ctx.user.id, { ...input, today })
    }),
  stats: procedure
    .input(tasksStatsInput)
    .output(tasksStatsOutput)
    .query(({ ctx, input }) => readTaskStats(ctx.deps, ctx.user.id, input?.today ?? toLocalDate(ctx.deps.clock.now(), 0))),
  add: procedure
    .input(tasksAddInput)
    .output(taskSchema)
    .mutation(({ ctx, input }) => changePlanner(ctx.deps, ctx.user.id, (unit, actor) => addTask(ctx.deps, unit, actor, input))),
  update: procedure
    .input(tasksUpdateInput)
    .output(taskSchema)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) => updateTask(ctx.deps, unit, actor, input)),
    ),
  complete: procedure
    .input(tasksCompleteInput)
    .output(taskSchema)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) => updateTask(ctx.deps, unit, actor, { ...input, completed: true })),
    ),
  reorder: procedure
    .input(tasksReorderInput)
    .output(taskSchema)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) => reorderTask(ctx.deps, unit, actor, input)),
    ),
  delete: procedure
    .input(tasksDeleteInput)
    .output(tasksDeleteOutput)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) => deleteTask(ctx.deps, unit, actor, input.taskId)),
    ),
  restore: procedure
    .input(tasksRestoreInput)
    .output(taskSchema)
    .mutation(({ ctx, input }) =>
      changePlanner(ctx.deps, ctx.user.id, (unit, actor) => restoreTask(ctx.deps, unit, actor, input.taskId)),
    ),
})
