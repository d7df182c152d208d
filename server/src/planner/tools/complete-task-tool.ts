import { z } from 'zod'
import { completeTask } from '../commands/complete-task.ts'
import { readItem } from '../planner-item.ts'
import { taskKind } from '../planner-kinds.ts'
import { idArgument, toId } from './planner-arguments.ts'
import { taskToResult } from './planner-results.ts'
import { contextToActor } from './context-to-actor.ts'
import { createTool } from '../../tools/tool.ts'

export const completeTaskTool = createTool({
  name: 'complete_task',
  description: 'Marks a task as done.',
  input: z.strictObject({ taskId: idArgument.describe('The id of the task, as list_tasks or add_task gave it.') }),
  effect: 'transaction',
  approval: 'never',
  run: async (args, context) => {
    const taskId = toId('Task', args.taskId)
    const task = await completeTask(context, context.unit, contextToActor(context), { taskId })
    return taskToResult(task, 'completed')
  },
  question: async (args, { unit, userId }) => {
    const { title } = await readItem(unit.tx, taskKind, userId, toId('Task', args.taskId))
    return `Mark the task '${title}' as done?`
  },
})
