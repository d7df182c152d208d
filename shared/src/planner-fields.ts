import { z } from 'zod'
import { dateSchema } from './date.ts'
import { opaqueCursor } from './fields.ts'
import { uuidSchema } from './ids.ts'
import { maxPlannerDescriptionLength, maxPlannerTitleLength } from './planner.ts'
import { userTextSchema, visibleTextSchema } from './text.ts'

// Fields that the inputs for goals, milestones and tasks share. Like fields.ts, these are not exported by index.ts.

export const plannerTitle = visibleTextSchema(maxPlannerTitleLength)
export const plannerDescription = userTextSchema(maxPlannerDescriptionLength)
/** The item that this one follows directly; null puts it first. */
export const afterId = uuidSchema.nullable()
/** The caller's own date, because what is overdue depends on the time zone; by default the date in UTC. */
export const today = dateSchema.optional()
export const plannerPage = { cursor: opaqueCursor, limit: z.number().int().min(1).max(200).default(100) }
