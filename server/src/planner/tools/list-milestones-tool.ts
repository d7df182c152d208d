import { z } from 'zod'
import { listMilestones } from '../queries/list-milestones.ts'
import { completionArgument, idArgument, toOptionalId } from './planner-arguments.ts'
import { milestoneToListed } from './planner-results.ts'
import { createTool } from '../../tools/tool.ts'

const maxListed = 200

export const listMilestonesTool = createTool({
  name: 'list_milestones',
  description: `Gives the user's milestones in their order, at most ${maxListed}. Call it to find the id of a milestone.`,
  input: z.strictObject({
    status: completionArgument.optional().describe('Which ones: all (the default), pending or completed.'),
    goalId: idArgument.optional().describe('Only those of this goal.'),
  }),
  effect: 'transaction',
  approval: 'never',
  readOnly: true,
  run: async ({ status = 'all', goalId }, { unit, userId }) => {
    const { items } = await listMilestones(unit.tx, userId, { limit: maxListed, status, goalId: toOptionalId('Goal', goalId) })
    return items.map(milestoneToListed)
  },
  question: async () => 'Read your milestones?',
})
