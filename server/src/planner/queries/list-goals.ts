import { schema } from '@holdfast/drizzle'
import type { goalsListInput, goalsListOutput, Id } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Queries } from '../../platform/database/database.ts'
import { listItems } from '../planner-item.ts'
import { goalKind } from '../planner-kinds.ts'

const { goals } = schema

/** A page of the user's goals in their order. @throws Refusal BAD_REQUEST for a foreign cursor */
export function listGoals(
  queries: Queries,
  userId: Id,
  { status, cursor, limit }: z.output<typeof goalsListInput>,
): Promise<z.infer<typeof goalsListOutput>> {
  const filters = [status === 'all' ? undefined : eq(goals.status, status)]
  return listItems(queries, goalKind, userId, { filters, cursor, limit })
}
