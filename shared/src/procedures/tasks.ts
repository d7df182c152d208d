import { z } from 'zod'
import { dateSchema } from '../date.ts'
import { nextCursor } from '../fields.ts'
import { uuidSchema } from '../ids.ts'
import { afterId, plannerDescription, plannerPage, plannerTitle, today } from '../planner-fields.ts'
import { completionFilterSchema, maxCategoryLength, maxPlannerQueryLength, plannerCountsSchema, taskSchema } from '../planner.ts'
import { userTextSchema, visibleTextSchema } from '../text.ts'

const milestoneId = uuidSchema
const taskId = uuidSchema
const category = visibleTextSchema(maxCategoryLength)

export const tasksListInput = z.strictObject({
  ...plannerPage,
  status: completionFilterSchema.default('all'),
  /** Exactly this category; null: tasks without one. */
  category: category.nullish(),
  /** Null: tasks without a milestone. */
  milestoneId: milestoneId.nullish(),
  /** True: only pending tasks with a due date before `today`. False: all others. */
  overdue: z.boolean().optional(),
  /** Only tasks whose title has all of these words or parts of words. */
  query: userTextSchema(maxPlannerQueryLength).optional(),
  today,
})
export const tasksListOutput = z.object({ items: z.array(taskSchema), nextCursor })

export const tasksAddInput = z.strictObject({
  taskId: taskId.optional(),
  milestoneId: milestoneId.nullish(),
  title: plannerTitle,
  description: plannerDescription.nullish(),
  category: category.nullish(),
  dueDate: dateSchema.nullish(),
})
export const tasksUpdateInput = z.strictObject({
  taskId,
  milestoneId: milestoneId.nullish(),
  title: plannerTitle.optional(),
  description: plannerDescription.nullish(),
  category: category.nullish(),
  dueDate: dateSchema.nullish(),
  completed: z.boolean().optional(),
})
export const tasksCompleteInput = z.strictObject({ taskId })
export const tasksDeleteInput = z.strictObject({ taskId })
export const tasksDeleteOutput = z.object({ taskId: z.string() })
export const tasksRestoreInput = z.strictObject({ taskId })
export const tasksReorderInput = z.strictObject({ taskId, afterId })

export const tasksStatsInput = z.strictObject({ today }).optional()
export const tasksStatsOutput = z.object({
  ...plannerCountsSchema.shape,
  /** Categories in alphabetical order; tasks without one under null, last. */
  byCategory: z.array(z.object({ category: z.string().nullable(), ...plannerCountsSchema.shape })),
  /** Every milestone in the user's order, including empty ones; then the tasks without a milestone under null. */
  byMilestone: z.array(z.object({ milestoneId: z.string().nullable(), ...plannerCountsSchema.shape })),
  /** Every goal in the user's order, with its milestones and their tasks. */
  byGoal: z.array(z.object({ goalId: z.string(), milestones: plannerCountsSchema, tasks: plannerCountsSchema })),
})
export type TaskStats = z.infer<typeof tasksStatsOutput>
