import { z } from 'zod'
import { deleteTask } from '../planner/planner-trash.ts'
import { readTask } from '../planner/tasks.ts'
import { idArgument, toId } from './planner-arguments.ts'
import { taskToResult } from './planner-results.ts'
import { contextToActor, createTool } from './tool.ts'

export const deleteTaskTool = createTool({
  name: 'delete_task',
  description: 'Deletes a task. The user is asked before it happens, so there is no need to ask as well.',
  input: z.strictObject({ taskId: idArgument.describe('The id of the task, as list_tasks or add_task gave it.') }),
  destructive: true,
  readOnly: false,
  run: async (context, args) => {
    const task = await readTask(context.unit.tx, context.userId, toId('Task', args.taskId))
    await deleteTask(context, context.unit, contextToActor(context), task.id)
    return taskToResult({ ...task, dueDate: null }, 'deleted')
  },
  describe: async ({ unit, userId }, args) => {
    const { title } = await readTask(unit.tx, userId, toId('Task', args.taskId))
    return `Delete the task '${title}'?`
  },
})
