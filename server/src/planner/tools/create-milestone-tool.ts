import { z } from 'zod'
import { createMilestone } from '../commands/create-milestone.ts'
import { dateArgument, dateRule, describeDate, idArgument, titleArgument, toDate, toOptionalId } from './planner-arguments.ts'
import { milestoneToResult } from './planner-results.ts'
import { contextToActor } from './context-to-actor.ts'
import { createTool } from '../../tools/tool.ts'

export const createMilestoneTool = createTool({
  name: 'create_milestone',
  description: 'Creates a milestone: a step on the way to a goal, or one that stands alone. Gives the id of the milestone.',
  input: z.strictObject({
    title: titleArgument.describe('The milestone in a few words.'),
    targetDate: dateArgument.optional().describe(`When it is to be reached: ${dateRule}`),
    goalId: idArgument.optional().describe('The id of the goal that it belongs to.'),
  }),
  effect: 'transaction',
  approval: 'never',
  run: async ({ title, targetDate, goalId }, context) => {
    const milestone = await createMilestone(context, context.unit, contextToActor(context), {
      title,
      targetDate: toDate(context, 'targetDate', targetDate),
      goalId: toOptionalId('Goal', goalId),
    })
    return milestoneToResult(milestone, 'created')
  },
  question: async (args, context) =>
    `Create the milestone '${args.title}'${describeDate('for', toDate(context, 'targetDate', args.targetDate))}?`,
})
