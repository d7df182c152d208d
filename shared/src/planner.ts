import { z } from 'zod'

export const maxPlannerTitleLength = 500
export const maxPlannerDescriptionLength = 10_000
export const maxCategoryLength = 100
export const maxPlannerQueryLength = 200

export const goalStatuses = ['active', 'completed', 'abandoned'] as const
export const goalStatusSchema = z.enum(goalStatuses)
export type GoalStatus = z.infer<typeof goalStatusSchema>

/** The assistant's message in which a change was made. Null: the user made it by hand, or the message was permanently deleted. */
export const plannerSourceSchema = z.object({ conversationId: z.string(), messageId: z.string() }).nullable()
export type PlannerSource = z.infer<typeof plannerSourceSchema>

const plannerItem = {
  /** The user's order: ascending, then by id. Not necessarily an integer. */
  position: z.number(),
  createdBy: plannerSourceSchema,
  /** The message that made the last change; null when the user made it by hand. */
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

export const completionFilterSchema = z.enum(['all', 'pending', 'completed'])
export type CompletionFilter = z.infer<typeof completionFilterSchema>

const count = z.number().int().nonnegative()
/** `overdue` counts the pending items whose date is before `today`. */
export const plannerCountsSchema = z.object({ total: count, pending: count, completed: count, overdue: count })
export type PlannerCounts = z.infer<typeof plannerCountsSchema>
