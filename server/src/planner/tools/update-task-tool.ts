import { z } from 'zod'
import { updateTask } from '../commands/update-task.ts'
import { readItem } from '../planner-item.ts'
import { taskKind } from '../planner-kinds.ts'
import {
  categoryArgument,
  dateArgument,
  dateRule,
  descriptionArgument,
  idArgument,
  noneRule,
  orNone,
  titleArgument,
  toDate,
  toGivenChanges,
  toId,
} from './planner-arguments.ts'
import { readReplaced } from './read-replaced.ts'
import { taskToResult } from './planner-results.ts'
import { contextToActor } from './context-to-actor.ts'
import { createTool } from '../../tools/tool.ts'

export const updateTaskTool = createTool({
  name: 'update_task',
  description: 'Changes a task. What is not named stays as it is.',
  input: z.strictObject({
    taskId: idArgument.describe('The id of the task, as list_tasks or add_task gave it.'),
    title: titleArgument.optional().describe('The new title.'),
    description: descriptionArgument.optional().describe(`The new details. ${noneRule}`),
    dueDate: dateArgument.optional().describe(`When it is due: ${dateRule} ${noneRule}`),
    milestoneId: idArgument.optional().describe(`The id of the milestone that it belongs to. ${noneRule}`),
    category: categoryArgument.optional().describe(`One word to group tasks by. ${noneRule}`),
    completed: z.boolean().optional().describe('true: it is done; false: it is open again.'),
  }),
  effect: 'transaction',
  approval: 'never',
  run: async ({ taskId, title, completed, ...args }, context) => {
    const changes = toGivenChanges({
      title,
      completed,
      description: orNone(args.description, (text) => text),
      category: orNone(args.category, (text) => text),
      dueDate: orNone(args.dueDate, (text) => toDate(context, 'dueDate', text)),
      milestoneId: orNone(args.milestoneId, (text) => toId('Milestone', text)),
    })
    const id = toId('Task', taskId)
    const replaced = await readReplaced(context, taskKind, id, changes)
    const task = await updateTask(context, context.unit, contextToActor(context), { taskId: id, ...changes })
    return { ...taskToResult(task, 'updated'), ...replaced }
  },
  question: async (args, { unit, userId }) => {
    const { title } = await readItem(unit.tx, taskKind, userId, toId('Task', args.taskId))
    return `Change the task '${title}'?`
  },
})
