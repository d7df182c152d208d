import { z } from 'zod'
import { addTask } from '../commands/add-task.ts'
import {
  categoryArgument,
  dateArgument,
  dateRule,
  describeDate,
  descriptionArgument,
  idArgument,
  titleArgument,
  toDate,
  toOptionalId,
} from './planner-arguments.ts'
import { taskToResult } from './planner-results.ts'
import { contextToActor } from './context-to-actor.ts'
import { createTool } from '../../tools/tool.ts'

export const addTaskTool = createTool({
  name: 'add_task',
  description: "Adds a task to the user's list. Only the title is needed. Gives the id of the task.",
  input: z.strictObject({
    title: titleArgument.describe('What is to be done, in a few words.'),
    description: descriptionArgument.optional().describe('Details, if there are any.'),
    dueDate: dateArgument.optional().describe(`When it is due: ${dateRule}`),
    milestoneId: idArgument.optional().describe('The id of the milestone that it belongs to.'),
    category: categoryArgument.optional().describe('One word to group tasks by, such as "home" or "work".'),
  }),
  effect: 'transaction',
  approval: 'never',
  run: async ({ title, description, category, ...args }, context) => {
    const task = await addTask(context, context.unit, contextToActor(context), {
      title,
      description,
      category,
      dueDate: toDate(context, 'dueDate', args.dueDate),
      milestoneId: toOptionalId('Milestone', args.milestoneId),
    })
    return taskToResult(task, 'created')
  },
  question: async (args, context) =>
    `Add the task '${args.title}'${describeDate('due', toDate(context, 'dueDate', args.dueDate))}?`,
})
