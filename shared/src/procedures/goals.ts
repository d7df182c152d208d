import { z } from 'zod'
import { dateSchema } from '../date.ts'
import { nextCursor } from '../fields.ts'
import { uuidSchema } from '../ids.ts'
import { afterId, plannerDescription, plannerPage, plannerTitle } from '../planner-fields.ts'
import { goalSchema, goalStatuses, goalStatusSchema } from '../planner.ts'

const goalId = uuidSchema

export const goalsListInput = z.strictObject({ ...plannerPage, status: z.enum(['all', ...goalStatuses]).default('all') })
export const goalsListOutput = z.object({ items: z.array(goalSchema), nextCursor })
export const goalsCreateInput = z.strictObject({
  goalId: goalId.optional(),
  title: plannerTitle,
  description: plannerDescription.nullish(),
  targetDate: dateSchema.nullish(),
})
export const goalsUpdateInput = z.strictObject({
  goalId,
  title: plannerTitle.optional(),
  description: plannerDescription.nullish(),
  targetDate: dateSchema.nullish(),
  status: goalStatusSchema.optional(),
})
export const goalsDeleteInput = z.strictObject({ goalId })
export const goalsDeleteOutput = z.object({ goalId: z.string() })
export const goalsRestoreInput = z.strictObject({ goalId })
export const goalsReorderInput = z.strictObject({ goalId, afterId })
