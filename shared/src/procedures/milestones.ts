import { z } from 'zod'
import { dateSchema } from '../date.ts'
import { nextCursor } from '../fields.ts'
import { uuidSchema } from '../ids.ts'
import { afterId, plannerPage, plannerTitle } from '../planner-fields.ts'
import { completionFilterSchema, milestoneSchema } from '../planner.ts'

const goalId = uuidSchema
const milestoneId = uuidSchema

export const milestonesListInput = z.strictObject({
  ...plannerPage,
  status: completionFilterSchema.default('all'),
  /** Null: milestones without a goal. */
  goalId: goalId.nullish(),
})
export const milestonesListOutput = z.object({ items: z.array(milestoneSchema), nextCursor })

export const milestonesCreateInput = z.strictObject({
  milestoneId: milestoneId.optional(),
  goalId: goalId.nullish(),
  title: plannerTitle,
  targetDate: dateSchema.nullish(),
})
export const milestonesUpdateInput = z.strictObject({
  milestoneId,
  goalId: goalId.nullish(),
  title: plannerTitle.optional(),
  targetDate: dateSchema.nullish(),
  completed: z.boolean().optional(),
})
export const milestonesCompleteInput = z.strictObject({ milestoneId })
export const milestonesDeleteInput = z.strictObject({ milestoneId })
export const milestonesDeleteOutput = z.object({ milestoneId: z.string() })
export const milestonesRestoreInput = z.strictObject({ milestoneId })
export const milestonesReorderInput = z.strictObject({ milestoneId, afterId })
