import { z } from 'zod'
import { uuidSchema } from './ids.ts'
import { userTextSchema, visibleTextSchema } from './text.ts'

export const maxPlannerTitleLength = 500
export const maxPlannerDescriptionLength = 10_000
export const maxCategoryLength = 100
export const maxPlannerQueryLength = 200

/** A day of the calendar, without a time zone: `YYYY-MM-DD`, years 0001 to 9999. */
export const dateSchema = z.iso.date('must be a date like 2026-12-31').refine((date) => !date.startsWith('0000'), {
  error: 'must be a date like 2026-12-31',
})

export const goalStatuses = ['active', 'completed', 'abandoned'] as const
export const goalStatusSchema = z.enum(goalStatuses)
export type GoalStatus = z.infer<typeof goalStatusSchema>

/** The assistant's message in which a change was made. Null: a person made it by hand, or the message is gone for good. */
export const plannerSourceSchema = z.object({ conversationId: z.string(), messageId: z.string() }).nullable()
export type PlannerSource = z.infer<typeof plannerSourceSchema>

const plannerItem = {
  /** The order that the user gave: ascending, then by id. Numbers, not necessarily whole ones. */
  position: z.number(),
  createdBy: plannerSourceSchema,
  /** What made the last change; null when a person made it. */
  changedBy: plannerSourceSchema,
  createdAt: z.string(),
  updatedAt: z.string(),
}

export const goalSchema = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  targetDate: z.string().nullable(),
  status: goalStatusSchema,
  ...plannerItem,
})
export type Goal = z.infer<typeof goalSchema>

export const milestoneSchema = z.object({
  id: z.string(),
  goalId: z.string().nullable(),
  title: z.string(),
  targetDate: z.string().nullable(),
  completed: z.boolean(),
  completedAt: z.string().nullable(),
  ...plannerItem,
})
export type Milestone = z.infer<typeof milestoneSchema>

export const taskSchema = z.object({
  id: z.string(),
  milestoneId: z.string().nullable(),
  title: z.string(),
  description: z.string().nullable(),
  category: z.string().nullable(),
  dueDate: z.string().nullable(),
  completed: z.boolean(),
  completedAt: z.string().nullable(),
  ...plannerItem,
})
export type Task = z.infer<typeof taskSchema>

const goalId = uuidSchema
const milestoneId = uuidSchema
const taskId = uuidSchema
const title = visibleTextSchema(maxPlannerTitleLength)
const description = userTextSchema(maxPlannerDescriptionLength)
const category = visibleTextSchema(maxCategoryLength)
const page = { cursor: z.string().max(200).nullish(), limit: z.number().int().min(1).max(200).default(100) }
/** The caller's own date: what is overdue depends on where the person is. Without it: today in UTC. */
const today = dateSchema.optional()
/** The item that this one comes right after; null: it becomes the first. */
const afterId = uuidSchema.nullable()

export const completionFilterSchema = z.enum(['all', 'pending', 'completed'])
export type CompletionFilter = z.infer<typeof completionFilterSchema>

export const goalsListInput = z.strictObject({ ...page, status: z.enum(['all', ...goalStatuses]).default('all') })
export const goalsCreateInput = z.strictObject({
  goalId: goalId.optional(),
  title,
  description: description.nullish(),
  targetDate: dateSchema.nullish(),
})
export const goalsUpdateInput = z.strictObject({
  goalId,
  title: title.optional(),
  description: description.nullish(),
  targetDate: dateSchema.nullish(),
  status: goalStatusSchema.optional(),
})
export const goalsDeleteInput = z.strictObject({ goalId })
export const goalsRestoreInput = z.strictObject({ goalId })
export const goalsReorderInput = z.strictObject({ goalId, afterId })

export const milestonesListInput = z.strictObject({
  ...page,
  status: completionFilterSchema.default('all'),
  /** Null: those that belong to no goal. */
  goalId: goalId.nullish(),
})
export const milestonesCreateInput = z.strictObject({
  milestoneId: milestoneId.optional(),
  goalId: goalId.nullish(),
  title,
  targetDate: dateSchema.nullish(),
})
export const milestonesUpdateInput = z.strictObject({
  milestoneId,
  goalId: goalId.nullish(),
  title: title.optional(),
  targetDate: dateSchema.nullish(),
  completed: z.boolean().optional(),
})
export const milestonesCompleteInput = z.strictObject({ milestoneId })
export const milestonesDeleteInput = z.strictObject({ milestoneId })
export const milestonesRestoreInput = z.strictObject({ milestoneId })
export const milestonesReorderInput = z.strictObject({ milestoneId, afterId })

export const tasksListInput = z.strictObject({
  ...page,
  status: completionFilterSchema.default('all'),
  /** Exactly this one; null: those without. */
  category: category.nullish(),
  /** Null: those that belong to no milestone. */
  milestoneId: milestoneId.nullish(),
  /** True: only pending ones with a due date before `today`. False: all others. */
  overdue: z.boolean().optional(),
  /** Only those with all of these words, or parts of words, in their title. */
  query: userTextSchema(maxPlannerQueryLength).optional(),
  today,
})
export const tasksAddInput = z.strictObject({
  taskId: taskId.optional(),
  milestoneId: milestoneId.nullish(),
  title,
  description: description.nullish(),
  category: category.nullish(),
  dueDate: dateSchema.nullish(),
})
export const tasksUpdateInput = z.strictObject({
  taskId,
  milestoneId: milestoneId.nullish(),
  title: title.optional(),
  description: description.nullish(),
  category: category.nullish(),
  dueDate: dateSchema.nullish(),
  completed: z.boolean().optional(),
})
export const tasksCompleteInput = z.strictObject({ taskId })
export const tasksDeleteInput = z.strictObject({ taskId })
export const tasksRestoreInput = z.strictObject({ taskId })
export const tasksReorderInput = z.strictObject({ taskId, afterId })
export const tasksStatsInput = z.strictObject({ today }).optional()

const nextCursor = z.string().nullable()
export const goalsListOutput = z.object({ items: z.array(goalSchema), nextCursor })
export const goalsDeleteOutput = z.object({ goalId: z.string() })
export const milestonesListOutput = z.object({ items: z.array(milestoneSchema), nextCursor })
export const milestonesDeleteOutput = z.object({ milestoneId: z.string() })
export const tasksListOutput = z.object({ items: z.array(taskSchema), nextCursor })
export const tasksDeleteOutput = z.object({ taskId: z.string() })

const count = z.number().int().nonnegative()
/** `overdue` are the pending ones whose date is before `today`. */
const counts = { total: count, pending: count, completed: count, overdue: count }
export const plannerCountsSchema = z.object(counts)
export type PlannerCounts = z.infer<typeof plannerCountsSchema>

export const tasksStatsOutput = z.object({
  ...counts,
  /** Categories in alphabetical order; tasks without one under null, last. */
  byCategory: z.array(z.object({ category: z.string().nullable(), ...counts })),
  /** Every milestone with its tasks, also one without any, in the user's order; then tasks without a milestone under null. */
  byMilestone: z.array(z.object({ milestoneId: z.string().nullable(), ...counts })),
  /** Every goal in the user's order, with its milestones and the tasks of these. */
  byGoal: z.array(z.object({ goalId: z.string(), milestones: plannerCountsSchema, tasks: plannerCountsSchema })),
})
export type TaskStats = z.infer<typeof tasksStatsOutput>
