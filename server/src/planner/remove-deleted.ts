import { schema } from '@holdfast/drizzle'
import { and, eq, inArray, lt, notExists } from 'drizzle-orm'
import type { Database } from '../platform/database/database.ts'

const { goals, milestones, tasks } = schema

/**
 * Removes goals, milestones and tasks for good that were deleted before `before`, at most `limit` of each. What something else still
 * belongs to stays until that is gone. Gives their number.
 */
export async function removeDeletedItems(
  { database }: { readonly database: Database },
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<number> {
  const { queries } = database
  const oldTasks = queries.select({ id: tasks.id }).from(tasks).where(lt(tasks.deletedAt, before)).limit(limit)
  const removedTasks = await queries.delete(tasks).where(inArray(tasks.id, oldTasks)).returning({ id: tasks.id })
  const hasTask = queries.select({ id: tasks.id }).from(tasks).where(eq(tasks.milestoneId, milestones.id))
  const oldMilestones = queries
    .select({ id: milestones.id })
    .from(milestones)
    .where(and(lt(milestones.deletedAt, before), notExists(hasTask)))
    .limit(limit)
  const removedMilestones = await queries
    .delete(milestones)
    .where(inArray(milestones.id, oldMilestones))
    .returning({ id: milestones.id })
  const hasMilestone = queries.select({ id: milestones.id }).from(milestones).where(eq(milestones.goalId, goals.id))
  const oldGoals = queries
    .select({ id: goals.id })
    .from(goals)
    .where(and(lt(goals.deletedAt, before), notExists(hasMilestone)))
    .limit(limit)
  const removedGoals = await queries.delete(goals).where(inArray(goals.id, oldGoals)).returning({ id: goals.id })
  return removedTasks.length + removedMilestones.length + removedGoals.length
}
