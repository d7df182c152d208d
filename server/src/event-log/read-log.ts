import { schema } from '@holdfast/drizzle'
import type { EventRecord, Id } from '@holdfast/shared'
import { and, asc, eq, gte, inArray, isNull, lt, lte, or, sql, type SQL } from 'drizzle-orm'
import type { Queries } from '../platform/database/database.ts'
import { rowToRecords } from './packed-row.ts'

const { conversationLog, generations } = schema

/** Limits of one read, so that a reader cannot block an embedded database or fill the memory. A single row may be larger. */
const rowsPerRead = 200
const bytesPerRead = 256 * 1024
/** What an event of a packed row grows by when it is taken apart. */
const bytesPerEvent = 100

/** The events after `cursor`, oldest first, at most a page of them. */
export async function readLog(queries: Queries, conversationId: Id, cursor: number): Promise<EventRecord[]> {
  const page = queries
    .select()
    .from(conversationLog)
    .where(and(eq(conversationLog.conversationId, conversationId), isRowFrom(queries, conversationId, cursor + 1)))
    .orderBy(asc(conversationLog.fromSeq))
    .limit(rowsPerRead)
    .as('page')
  const { fromSeq, at, n, payload } = page
  const size = sql`octet_length(${payload}) + ${n} * ${bytesPerEvent}`
  const bytesBefore = sql<number>`sum(${size}) over (order by ${fromSeq}) - (${size})`
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

/** Rows with the event `seq` or a later one. It may stand in the middle of a row: the last one that begins at or before it. */
export function isRowFrom(queries: Queries, conversationId: Id, seq: number): SQL {
  const firstRow = queries
    .select({ fromSeq: sql<number>`max(${conversationLog.fromSeq})` })
    .from(conversationLog)
    .where(and(eq(conversationLog.conversationId, conversationId), lte(conversationLog.fromSeq, seq)))
  return gte(conversationLog.fromSeq, sql`coalesce((${firstRow}), ${seq})`)
}

/** All events that these generations have written, oldest first. They have not ended: rows of ended ones may be packed. */
export async function readGenerationEvents(queries: Queries, generationIds: readonly Id[]): Promise<EventRecord[]> {
  if (generationIds.length === 0) return []
  const rows = await queries
    .select()
    .from(conversationLog)
    .where(inArray(conversationLog.generationId, [...generationIds]))
    .orderBy(asc(conversationLog.conversationId), asc(conversationLog.fromSeq))
  return rows.flatMap(rowToRecords)
}

/** All events about one message that are kept, oldest first, from its `message-added` on. */
export async function readMessageEvents(
  queries: Queries,
  message: { readonly id: Id; readonly conversationId: Id; readonly addedSeq: number },
): Promise<EventRecord[]> {
  const { id, conversationId, addedSeq } = message
  const own = queries.select({ id: generations.id }).from(generations).where(eq(generations.messageId, id))
  const rows = await queries
    .select()
    .from(conversationLog)
    .where(
      and(
        eq(conversationLog.conversationId, conversationId),
        isRowFrom(queries, conversationId, addedSeq),
        or(
          inArray(conversationLog.generationId, own),
          // Rows of commands, and packed ones with events of several generations.
          and(isNull(conversationLog.generationId), sql`position(${id} in ${conversationLog.payload}) > 0`),
        ),
      ),
    )
    .orderBy(asc(conversationLog.fromSeq))
  return rows.flatMap(rowToRecords).filter(({ event }) => {
    if ('messageId' in event) return event.messageId === id
    return event.type === 'message-added' && event.message.id === id
  })
}
