import { z } from 'zod'
import { readTask, updateTask } from '../planner/tasks.ts'
import { idArgument, toId } from './planner-arguments.ts'
import { taskToResult } from './planner-results.ts'
import { contextToActor, createTool } from './tool.ts'

export const completeTaskTool = createTool({
  name: 'complete_task',
  description: 'Marks a task as done.',
  input: z.strictObject({ taskId: idArgument.describe('The id of the task, as list_tasks or add_task gave it.') }),
  destructive: false,
  readOnly: false,
  run: async (context, args) => {
    const taskId = toId('Task', args.taskId)
    const task = await updateTask(context, context.unit, contextToActor(context), { taskId, completed: true })
    return taskToResult(task, 'completed')
  },
  describe: async ({ unit, userId }, args) => {
    const { title } = await readTask(unit.tx, userId, toId('Task', args.taskId))
    return `Mark the task '${title}' as done?`
  },
})
