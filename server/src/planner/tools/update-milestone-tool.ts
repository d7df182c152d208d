import { z } from 'zod'
import { updateMilestone } from '../commands/update-milestone.ts'
import { readItem } from '../planner-item.ts'
import { milestoneKind } from '../planner-kinds.ts'
import {
  dateArgument,
  dateRule,
  idArgument,
  noneRule,
  orNone,
  titleArgument,
  toDate,
  toGivenChanges,
  toId,
} from './planner-arguments.ts'
import { readReplaced } from './read-replaced.ts'
import { milestoneToResult } from './planner-results.ts'
import { contextToActor } from './context-to-actor.ts'
import { createTool } from '../../tools/tool.ts'

export const updateMilestoneTool = createTool({
  name: 'update_milestone',
  description: 'Changes a milestone. What is not named stays as it is.',
  input: z.strictObject({
    milestoneId: idArgument.describe('The id of the milestone, as list_milestones or create_milestone gave it.'),
    title: titleArgument.optional().describe('The new title.'),
    targetDate: dateArgument.optional().describe(`When it is to be reached: ${dateRule} ${noneRule}`),
    goalId: idArgument.optional().describe(`The id of the goal that it belongs to. ${noneRule}`),
    completed: z.boolean().optional().describe('true: it is reached; false: it is open again.'),
  }),
  effect: 'transaction',
  approval: 'never',
  run: async ({ milestoneId, title, completed, ...args }, context) => {
    const changes = toGivenChanges({
      title,
      completed,
      targetDate: orNone(args.targetDate, (text) => toDate(context, 'targetDate', text)),
      goalId: orNone(args.goalId, (text) => toId('Goal', text)),
    })
    const id = toId('Milestone', milestoneId)
    const replaced = await readReplaced(context, milestoneKind, id, changes)
    const milestone = await updateMilestone(context, context.unit, contextToActor(context), { milestoneId: id, ...changes })
    return { ...milestoneToResult(milestone, 'updated'), ...replaced }
  },
  question: async (args, { unit, userId }) => {
    const { title } = await readItem(unit.tx, milestoneKind, userId, toId('Milestone', args.milestoneId))
    return `Change the milestone '${title}'?`
  },
})
