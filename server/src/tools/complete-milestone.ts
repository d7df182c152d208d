import { z } from 'zod'
import { readMilestone, updateMilestone } from '../planner/milestones.ts'
import { idArgument, toId } from './planner-arguments.ts'
import { milestoneToResult } from './planner-results.ts'
import { contextToActor, createTool } from './tool.ts'

export const completeMilestoneTool = createTool({
  name: 'complete_milestone',
  description: 'Marks a milestone as reached.',
  input: z.strictObject({
    milestoneId: idArgument.describe('The id of the milestone, as list_milestones or create_milestone gave it.'),
  }),
  destructive: false,
  readOnly: false,
  run: async (context, args) => {
    const milestoneId = toId('Milestone', args.milestoneId)
    const milestone = await updateMilestone(context, context.unit, contextToActor(context), { milestoneId, completed: true })
    return milestoneToResult(milestone, 'completed')
  },
  describe: async ({ unit, userId }, args) => {
    const { title } = await readMilestone(unit.tx, userId, toId('Milestone', args.milestoneId))
    return `Mark the milestone '${title}' as reached?`
  },
})
