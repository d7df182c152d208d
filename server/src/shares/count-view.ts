import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { eq, sql } from 'drizzle-orm'
import type { Queries } from '../platform/database/database.ts'

const { shares } = schema

/** Counts that a link was opened. */
export async function countView(queries: Queries, shareId: Id): Promise<void> {
  await queries
    .update(shares)
    .set({ views: sql`${shares.views} + 1` })
    .where(eq(shares.id, shareId))
}
