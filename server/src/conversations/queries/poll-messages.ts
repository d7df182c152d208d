import { activeStatusCondition, schema } from '@holdfast/drizzle'
import type { Id, Message, messagesPollInput, messagesPollOutput } from '@holdfast/shared'
import { and, asc, eq, gt, gte, isNull, or, sql } from 'drizzle-orm'
import { z } from 'zod'
import { readConversation } from '../../conversation-store/conversation-row.ts'
import { rowsToMessages } from '../../conversation-store/message-row.ts'
import type { Database } from '../../platform/database/database.ts'
import { readConsistently } from '../../platform/database/read-consistently.ts'
import { badField } from '../../platform/refusal.ts'

const { conversationLog, generations, messages } = schema

/** Messages per answer. */
const pollLimit = 200
// A time and, if a page ended among messages of the same instant, the last message of that page.
const sincePattern = /^(?<time>(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)(?:~(?<after>[0-9a-f-]{36}))?$/u

/**
 * Messages that were added or have grown since the `now` of an earlier answer, at most 200, oldest change first. Times within a
 * conversation never go back, so "at or after" may repeat messages but misses none. @throws Refusal NOT_FOUND, BAD_REQUEST
 */
export function pollMessages(
  deps: { database: Database },
  userId: Id,
  input: z.output<typeof messagesPollInput>,
): Promise<z.infer<typeof messagesPollOutput>> {
  const since = parseSince(input.since)
  return readConsistently(deps.database, async (queries) => {
    const { conversationId } = input
    const conversation = await readConversation(queries, userId, conversationId)
    // While a message is generated only its log grows; the row changes at the end.
    const changedAt = sql<Date>`greatest(${messages.updatedAt}, coalesce((
      select max(${conversationLog.at}) from ${generations} join ${conversationLog} on ${conversationLog.generationId} = ${generations.id}
      where ${generations.messageId} = ${messages.id} and ${activeStatusCondition(messages.status)}
    ), ${messages.updatedAt}))`
    const time = since && sql`${since.time.toISOString()}::timestamptz`
    const rows = await queries
      .select({ message: messages, changedAt })
      .from(messages)
      .where(
        and(
          eq(messages.conversationId, conversationId),
          isNull(messages.deletedAt),
          since ? or(gte(messages.updatedAt, since.time), activeStatusCondition(messages.status)) : undefined,
          time
            ? since.after
              ? or(gt(changedAt, time), and(eq(changedAt, time), gt(messages.id, since.after)))
              : gte(changedAt, time)
            : undefined,
        ),
      )
      .orderBy(asc(changedAt), asc(messages.id))
      .limit(pollLimit + 1)
    const page = rows.slice(0, pollLimit)
    const last = page.at(-1)
    const hasMore = rows.length > pollLimit && last !== undefined
    const found: Message[] = await rowsToMessages(
      queries,
      conversationId,
      page.map((row) => row.message),
    )
    return {
      messages: found,
      hasMore,
      hasMoreGenerating: conversation.hasActiveGeneration,
      now: hasMore ? `${new Date(last.changedAt).toISOString()}~${last.message.id}` : conversation.lastEventAt.toISOString(),
    }
  })
}

function parseSince(since: string | null | undefined): { time: Date; after: string | undefined } | null {
  if (since === null || since === undefined) return null
  const groups = sincePattern.exec(since)?.groups
  const time = new Date(groups?.['time'] ?? Number.NaN)
  const after = groups?.['after']
  if (Number.isNaN(time.getTime()) || (after !== undefined && !z.guid().safeParse(after).success)) {
    throw badField('since', 'must be a time like 2026-01-31T12:00:00.000Z, or the `now` of an earlier answer')
  }
  return { time, after }
}
