import { z } from 'zod'
import { createGoal } from '../commands/create-goal.ts'
import { dateArgument, dateRule, describeDate, descriptionArgument, titleArgument, toDate } from './planner-arguments.ts'
import { goalToResult } from './planner-results.ts'
import { contextToActor } from './context-to-actor.ts'
import { createTool } from '../../tools/tool.ts'

export const createGoalTool = createTool({
  name: 'create_goal',
  description: 'Creates a goal: something large that the user wants to reach, by way of milestones. Gives the id of the goal.',
  input: z.strictObject({
    title: titleArgument.describe('The goal in a few words.'),
    description: descriptionArgument.optional().describe('Details, if there are any.'),
    targetDate: dateArgument.optional().describe(`When it is to be reached: ${dateRule}`),
  }),
  effect: 'transaction',
  approval: 'never',
  run: async ({ title, description, targetDate }, context) => {
    const goal = await createGoal(context, context.unit, contextToActor(context), {
      title,
      description,
      targetDate: toDate(context, 'targetDate', targetDate),
    })
    return goalToResult(goal, 'created')
  },
  question: async (args, context) =>
    `Create the goal '${args.title}'${describeDate('for', toDate(context, 'targetDate', args.targetDate))}?`,
})
