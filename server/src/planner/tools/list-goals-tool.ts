import { goalStatuses } from '@holdfast/shared'
import { z } from 'zod'
import { listGoals } from '../queries/list-goals.ts'
import { goalToListed } from './planner-results.ts'
import { createTool } from '../../tools/tool.ts'

const maxListed = 200

export const listGoalsTool = createTool({
  name: 'list_goals',
  description: `Gives the user's goals in their order, at most ${maxListed}. Call it to find the id of a goal.`,
  input: z.strictObject({
    status: z
      .enum(['all', ...goalStatuses])
      .optional()
      .describe('Which ones: all (the default), active, completed or abandoned.'),
  }),
  effect: 'transaction',
  approval: 'never',
  readOnly: true,
  run: async ({ status = 'all' }, { unit, userId }) => {
    const { items } = await listGoals(unit.tx, userId, { limit: maxListed, status })
    return items.map(goalToListed)
  },
  question: async () => 'Read your goals?',
})
