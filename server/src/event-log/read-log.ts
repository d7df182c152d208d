import { schema } from '@holdfast/drizzle'
import type { ConversationEvent, EventRecord, Id } from '@holdfast/shared'
import { and, asc, eq, gte, inArray, lt, lte, sql } from 'drizzle-orm'
import type { Queries } from '../platform/database/database.ts'

const { conversationLog } = schema

/** Limits of one read, so that a reader cannot block an embedded database or fill the memory. A single row may be larger. */
const rowsPerRead = 200
const bytesPerRead = 256 * 1024

/** The events after `cursor`, oldest first, at most a page of them. */
export async function readLog(queries: Queries, conversationId: Id, cursor: number): Promise<EventRecord[]> {
  // The cursor may stand in the middle of a row: the first row to read is the last one that begins at or before the next seq.
  const firstRow = queries
    .select({ fromSeq: sql<number>`max(${conversationLog.fromSeq})` })
    .from(conversationLog)
    .where(and(eq(conversationLog.conversationId, conversationId), lte(conversationLog.fromSeq, cursor + 1)))
  const page = queries
    .select()
    .from(conversationLog)
    .where(
      and(
        eq(conversationLog.conversationId, conversationId),
        gte(conversationLog.fromSeq, sql`coalesce((${firstRow}), ${cursor + 1})`),
      ),
    )
    .orderBy(asc(conversationLog.fromSeq))
    .limit(rowsPerRead)
    .as('page')
  const { fromSeq, at, payload } = page
  const bytesBefore = sql<number>`sum(octet_length(${payload})) over (order by ${fromSeq}) - octet_length(${payload})`
  const measured = queries
    .select({ fromSeq, at, payload, bytesBefore: bytesBefore.as('bytes_before') })
    .from(page)
    .as('measured')
  const rows = await queries
    .select({ fromSeq: measured.fromSeq, at: measured.at, payload: measured.payload })
    .from(measured)
    .where(lt(measured.bytesBefore, bytesPerRead))
    .orderBy(asc(measured.fromSeq))
  return rows.flatMap(rowToRecords).filter((record) => record.seq > cursor)
}

/** All events that these generations have written, oldest first. */
export async function readGenerationEvents(queries: Queries, generationIds: readonly Id[]): Promise<EventRecord[]> {
  if (generationIds.length === 0) return []
  const rows = await queries
    .select()
    .from(conversationLog)
    .where(inArray(conversationLog.generationId, [...generationIds]))
    .orderBy(asc(conversationLog.conversationId), asc(conversationLog.fromSeq))
  return rows.flatMap(rowToRecords)
}

function rowToRecords(row: Pick<typeof conversationLog.$inferSelect, 'fromSeq' | 'at' | 'payload'>): EventRecord[] {
  // Only this program writes the log, and each event was typed when it was appended.
  const events = JSON.parse(row.payload) as ConversationEvent[]
  const at = row.at.toISOString()
  return events.map((event, index) => ({ seq: row.fromSeq + index, at, event }))
}
