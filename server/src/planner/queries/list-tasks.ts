import { schema } from '@holdfast/drizzle'
import type { Id, tasksListInput, tasksListOutput } from '@holdfast/shared'
import { and, ilike, isNull, lt, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Queries } from '../../platform/database/database.ts'
import { toCompletionFilter, toValueFilter } from '../planner-filters.ts'
import { listItems, readItem } from '../planner-item.ts'
import { milestoneKind, taskKind } from '../planner-kinds.ts'

const { tasks } = schema

/** Further words of a query are ignored. */
const maxQueryWords = 20

/**
 * A page of the user's tasks in their order. `today` decides what is overdue.
 * @throws Refusal NOT_FOUND for a milestone that is not theirs, BAD_REQUEST
 */
export async function listTasks(
  queries: Queries,
  userId: Id,
  input: Omit<z.output<typeof tasksListInput>, 'today'> & { today: string },
): Promise<z.infer<typeof tasksListOutput>> {
  const { status, category, milestoneId, overdue, query, today, cursor, limit } = input
  if (milestoneId) await readItem(queries, milestoneKind, userId, milestoneId)
  const isOverdue = and(isNull(tasks.completedAt), lt(tasks.dueDate, today))
  const filters = [
    toCompletionFilter(tasks.completedAt, status),
    toValueFilter(tasks.category, category),
    toValueFilter(tasks.milestoneId, milestoneId),
    // Without a due date the comparison gives null, which is not true.
    overdue === undefined ? undefined : overdue ? isOverdue : sql`(${isOverdue}) is not true`,
    ...queryToPatterns(query ?? '').map((pattern) => ilike(tasks.title, pattern)),
  ]
  return listItems(queries, taskKind, userId, { filters, cursor, limit })
}

/** A LIKE pattern for each word of a search, with the wildcards in it escaped. */
function queryToPatterns(query: string): string[] {
  const words = query.split(/\s+/u).filter((word) => word !== '')
  return words.slice(0, maxQueryWords).map((word) => `%${word.replaceAll(/[\\%_]/gu, '\\$&')}%`)
}
