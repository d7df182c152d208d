import { z } from 'zod'
import { listTasks } from '../queries/list-tasks.ts'
import { toLocalDate } from '../local-date.ts'
import { categoryArgument, completionArgument, idArgument, searchArgument, toOptionalId } from './planner-arguments.ts'
import { taskToListed } from './planner-results.ts'
import { createTool } from '../../tools/tool.ts'

const maxListed = 200

export const listTasksTool = createTool({
  name: 'list_tasks',
  description: `Gives the user's tasks in their order, at most ${maxListed}. Call it to find the id of a task before changing it.`,
  input: z.strictObject({
    status: completionArgument.optional().describe('Which ones: all (the default), pending or completed.'),
    category: categoryArgument.optional().describe('Only those of this category.'),
    milestoneId: idArgument.optional().describe('Only those of this milestone.'),
    query: searchArgument
      .optional()
      .describe('Only those with all of these words in their title. Use it to find one task among many.'),
    overdue: z.boolean().optional().describe('true: only pending ones that were due before today.'),
  }),
  effect: 'transaction',
  approval: 'never',
  readOnly: true,
  run: async ({ status = 'all', category, overdue, query, ...args }, context) => {
    const { items } = await listTasks(context.unit.tx, context.userId, {
      limit: maxListed,
      status,
      category,
      milestoneId: toOptionalId('Milestone', args.milestoneId),
      overdue,
      query,
      today: toLocalDate(context.now, context.utcOffsetMinutes),
    })
    return items.map(taskToListed)
  },
  question: async () => 'Read your tasks?',
})
