import { schema } from '@holdfast/drizzle'
import type { ConversationEvent, EventRecord, Id } from '@holdfast/shared'
import { and, asc, eq, lte, or, sql } from 'drizzle-orm'
import { rowToRecords } from '../../event-log/packed-row.ts'
import { isRowFrom } from '../../event-log/read-log.ts'
import type { Queries } from '../../platform/database/database.ts'

const { conversationLog } = schema

/** The events of these types with a seq above `after` and up to `upTo`, oldest first. Rows without any of them are not read. */
export async function readEventsBetween(
  queries: Queries,
  conversationId: Id,
  { after, upTo }: { readonly after: number; readonly upTo: number },
  types: readonly ConversationEvent['type'][],
): Promise<EventRecord[]> {
  if (upTo <= after) return []
  const rows = await queries
    .select()
    .from(conversationLog)
    .where(
      and(
        eq(conversationLog.conversationId, conversationId),
        isRowFrom(queries, conversationId, after + 1),
        lte(conversationLog.fromSeq, upTo),
        or(...types.map((type) => sql`position(${JSON.stringify(type)} in ${conversationLog.payload}) > 0`)),
      ),
    )
    .orderBy(asc(conversationLog.fromSeq))
  return rows.flatMap(rowToRecords).filter(({ seq, event }) => seq > after && seq <= upTo && types.includes(event.type))
}
