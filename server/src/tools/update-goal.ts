import { goalStatusSchema } from '@holdfast/shared'
import { z } from 'zod'
import { readGoal, updateGoal } from '../planner/goals.ts'
import {
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
import { goalToResult } from './planner-results.ts'
import { contextToActor, createTool } from './tool.ts'

export const updateGoalTool = createTool({
  name: 'update_goal',
  description: 'Changes a goal, or marks it as completed or abandoned. What is not named stays as it is.',
  input: z.strictObject({
    goalId: idArgument.describe('The id of the goal, as list_goals or create_goal gave it.'),
    title: titleArgument.optional().describe('The new title.'),
    description: descriptionArgument.optional().describe(`The new details. ${noneRule}`),
    targetDate: dateArgument.optional().describe(`When it is to be reached: ${dateRule} ${noneRule}`),
    status: goalStatusSchema.optional().describe('active, completed or abandoned.'),
  }),
  destructive: false,
  readOnly: false,
  run: async (context, { goalId, title, status, ...args }) => {
    const changes = toGivenChanges({
      title,
      status,
      description: orNone(args.description, (text) => text),
      targetDate: orNone(args.targetDate, (text) => toDate(context, 'targetDate', text)),
    })
    const goal = await updateGoal(context, context.unit, contextToActor(context), { goalId: toId('Goal', goalId), ...changes })
    return goalToResult(goal, status === 'completed' ? 'completed' : 'updated')
  },
  describe: async ({ unit, userId }, args) => {
    const { title } = await readGoal(unit.tx, userId, toId('Goal', args.goalId))
    return `Change the goal '${title}'?`
  },
})
