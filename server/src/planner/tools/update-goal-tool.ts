import { goalStatusSchema } from '@holdfast/shared'
import { z } from 'zod'
import { updateGoal } from '../commands/update-goal.ts'
import { readItem } from '../planner-item.ts'
import { goalKind } from '../planner-kinds.ts'
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
import { readReplaced } from './read-replaced.ts'
import { goalToResult } from './planner-results.ts'
import { contextToActor } from './context-to-actor.ts'
import { createTool } from '../../tools/tool.ts'

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
  effect: 'transaction',
  approval: 'never',
  run: async ({ goalId, title, status, ...args }, context) => {
    const changes = toGivenChanges({
      title,
      status,
      description: orNone(args.description, (text) => text),
      targetDate: orNone(args.targetDate, (text) => toDate(context, 'targetDate', text)),
    })
    const id = toId('Goal', goalId)
    const replaced = await readReplaced(context, goalKind, id, changes)
    const goal = await updateGoal(context, context.unit, contextToActor(context), { goalId: id, ...changes })
    return { ...goalToResult(goal, status === 'completed' ? 'completed' : 'updated'), ...replaced }
  },
  question: async (args, { unit, userId }) => {
    const { title } = await readItem(unit.tx, goalKind, userId, toId('Goal', args.goalId))
    return `Change the goal '${title}'?`
  },
})
