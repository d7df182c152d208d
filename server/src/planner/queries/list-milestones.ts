import { schema } from '@holdfast/drizzle'
import type { Id, milestonesListInput, milestonesListOutput } from '@holdfast/shared'
import type { z } from 'zod'
import type { Queries } from '../../platform/database/database.ts'
import { toCompletionFilter, toValueFilter } from '../planner-filters.ts'
import { listItems, readItem } from '../planner-item.ts'
import { goalKind, milestoneKind } from '../planner-kinds.ts'

const { milestones } = schema

/** A page of the user's milestones in their order. @throws Refusal NOT_FOUND for a goal that is not theirs, BAD_REQUEST */
export async function listMilestones(
  queries: Queries,
  userId: Id,
  { goalId, status, cursor, limit }: z.output<typeof milestonesListInput>,
): Promise<z.infer<typeof milestonesListOutput>> {
  if (goalId) await readItem(queries, goalKind, userId, goalId)
  const filters = [toCompletionFilter(milestones.completedAt, status), toValueFilter(milestones.goalId, goalId)]
  return listItems(queries, milestoneKind, userId, { filters, cursor, limit })
}
