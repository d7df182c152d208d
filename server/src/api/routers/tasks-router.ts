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
import { plannerProcedure, procedure, router } from '../trpc/procedures.ts'
import { addTask } from '../../planner/commands/add-task.ts'
import { completeTask } from '../../planner/commands/complete-task.ts'
import { deleteTask } from '../../planner/commands/delete-task.ts'
import { reorderTask } from '../../planner/commands/reorder-task.ts'
import { restoreTask } from '../../planner/commands/restore-task.ts'
import { updateTask } from '../../planner/commands/update-task.ts'
import { listTasks } from '../../planner/queries/list-tasks.ts'
import { toLocalDate } from '../../planner/local-date.ts'
import { getTaskStats } from '../../planner/queries/get-task-stats.ts'

export const tasksRouter = router({
  list: procedure
    .meta({
      description:
        "A page of the user's tasks in their order. `today` is the date in the user's time zone: it decides what is overdue.",
    })
    .input(tasksListInput)
    .output(tasksListOutput)
    .query(({ ctx, input }) => {
      const today = input.today ?? toLocalDate(ctx.deps.clock.now(), 0)
      return listTasks(ctx.deps.database.queries, ctx.user.id, { ...input, today })
    }),
  stats: procedure
    .meta({
      description: 'Counts tasks, and which are pending, completed or overdue: in total and by category, milestone and goal.',
    })
    .input(tasksStatsInput)
    .output(tasksStatsOutput)
    .query(({ ctx, input }) => getTaskStats(ctx.deps, ctx.user.id, input)),
  add: plannerProcedure
    .meta({ description: 'Adds a task, last in the order. A repeat with the same id and body returns the existing one.' })
    .input(tasksAddInput)
    .output(taskSchema)
    .mutation(({ ctx, input }) => ctx.change(addTask, input)),
  update: plannerProcedure
    .meta({ description: 'Changes the given fields.' })
    .input(tasksUpdateInput)
    .output(taskSchema)
    .mutation(({ ctx, input }) => ctx.change(updateTask, input)),
  complete: plannerProcedure
    .meta({ description: 'Marks a task as done.' })
    .input(tasksCompleteInput)
    .output(taskSchema)
    .mutation(({ ctx, input }) => ctx.change(completeTask, input)),
  reorder: plannerProcedure
    .meta({ description: 'Puts a task right after another one, or first.' })
    .input(tasksReorderInput)
    .output(taskSchema)
    .mutation(({ ctx, input }) => ctx.change(reorderTask, input)),
  delete: plannerProcedure
    .meta({ description: 'Deletes a task.' })
    .input(tasksDeleteInput)
    .output(tasksDeleteOutput)
    .mutation(({ ctx, input }) => ctx.change(deleteTask, input)),
  restore: plannerProcedure
    .meta({ description: 'Restores a task.' })
    .input(tasksRestoreInput)
    .output(taskSchema)
    .mutation(({ ctx, input }) => ctx.change(restoreTask, input)),
})
