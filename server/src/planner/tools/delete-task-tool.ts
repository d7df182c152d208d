import { z } from 'zod'
import { deleteTask } from '../commands/delete-task.ts'
import { readItem } from '../planner-item.ts'
import { taskKind } from '../planner-kinds.ts'
import { idArgument, toId } from './planner-arguments.ts'
import { taskToResult } from './planner-results.ts'
import { contextToActor } from './context-to-actor.ts'
import { createTool } from '../../tools/tool.ts'

export const deleteTaskTool = createTool({
  name: 'delete_task',
  description: 'Deletes a task. The user is asked before it happens, so there is no need to ask as well.',
  input: z.strictObject({ taskId: idArgument.describe('The id of the task, as list_tasks or add_task gave it.') }),
  effect: 'transaction',
  approval: 'always',
  run: async (args, context) => {
    const task = await readItem(context.unit.tx, taskKind, context.userId, toId('Task', args.taskId))
    await deleteTask(context, context.unit, contextToActor(context), { taskId: task.id })
    return taskToResult({ ...task, dueDate: null }, 'deleted')
  },
  question: async (args, { unit, userId }) => {
    const { title } = await readItem(unit.tx, taskKind, userId, toId('Task', args.taskId))
    return `Delete the task '${title}'?`
  },
})
