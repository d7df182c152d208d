import { z } from 'zod'
import { completeMilestone } from '../commands/complete-milestone.ts'
import { readItem } from '../planner-item.ts'
import { milestoneKind } from '../planner-kinds.ts'
import { idArgument, toId } from './planner-arguments.ts'
import { milestoneToResult } from './planner-results.ts'
import { contextToActor } from './context-to-actor.ts'
import { createTool } from '../../tools/tool.ts'

export const completeMilestoneTool = createTool({
  name: 'complete_milestone',
  description: 'Marks a milestone as reached.',
  input: z.strictObject({
    milestoneId: idArgument.describe('The id of the milestone, as list_milestones or create_milestone gave it.'),
  }),
  effect: 'transaction',
  approval: 'never',
  run: async (args, context) => {
    const milestoneId = toId('Milestone', args.milestoneId)
    const milestone = await completeMilestone(context, context.unit, contextToActor(context), { milestoneId })
    return milestoneToResult(milestone, 'completed')
  },
  question: async (args, { unit, userId }) => {
    const { title } = await readItem(unit.tx, milestoneKind, userId, toId('Milestone', args.milestoneId))
    return `Mark the milestone '${title}' as reached?`
  },
})
