import { schema } from '@holdfast/drizzle'
import type {
  Id,
  Message,
  messagesContentOutput,
  messagesListInput,
  messagesListOutput,
  messagesPollInput,
  messagesPollOutput,
  messagesStatusOutput,
} from '@holdfast/shared'
import { and, asc, desc, eq, gt, gte, inArray, isNull, or, sql } from 'drizzle-orm'
import { z } from 'zod'
import { readConversation } from '../conversations/conversation-row.ts'
import { readConsistently } from '../conversations/read-snapshot.ts'
import type { Database } from '../database/database.ts'
import { badField, notFound } from '../refusal.ts'
import { rowsToMessages } from './message-row.ts'
import { readMessageRow, readPath, readTombstoneOrMessageRow } from './read-path.ts'

const { conversationLog, generations, messages } = schema
const activeStatuses = ['queued', 'generating', 'waiting'] as const

/** A page of the path that ends at `leafId`, oldest first; `before` is the oldest message of the page below. @throws Refusal NOT_FOUND */
export function listMessages(
  deps: { database: Database },
  userId: Id,
  input: z.output<typeof messagesListInput>,
): Promise<z.infer<typeof messagesListOutput>> {
  return readConsistently(deps.database, async (queries) => {
    const { conversationId, limit } = input
    const conversation = await readConversation(queries, userId, conversationId)
    let leafId = input.leafId ?? conversation.activeMessageId
    if (input.before !== undefined && input.before !== null) {
      if (!z.guid().safeParse(input.before).success) throw badField('before', 'must be a cursor that this server gave')
      // It may have been deleted while its page was shown.
      const below = await readTombstoneOrMessageRow(queries, userId, input.before)
      if (below.conversationId !== conversationId) throw notFound('Message')
      leafId = below.parentId
    }
    const path = await readPath(queries, { conversationId, leafId, limit })
    return {
      conversationId,
      messageCount: conversation.messageCount,
      messages: await rowsToMessages(queries, conversationId, path.rows),
      nextCursor: path.hasMore ? (path.rows[0]?.id ?? null) : null,
    }
  })
}

/** What is running in a conversation. @throws Refusal NOT_FOUND */
export function readStatus(
  deps: { database: Database },
  userId: Id,
  conversationId: Id,
): Promise<z.infer<typeof messagesStatusOutput>> {
  return readConsistently(deps.database, async (queries) => {
    const conversation = await readConversation(queries, userId, conversationId)
    const running = await queries
      .select({ id: messages.id })
      .from(generations)
      .innerJoin(messages, eq(messages.id, generations.messageId))
      .where(and(eq(generations.conversationId, conversationId), inArray(generations.status, [...activeStatuses])))
      .orderBy(desc(messages.addedSeq))
    const generatingMessageIds = running.map((row) => row.id)
    return {
      hasActiveGeneration: generatingMessageIds.length > 0,
      generatingMessageId: generatingMessageIds[0] ?? null,
      generatingMessageIds,
      lastUpdated: conversation.lastEventAt.toISOString(),
    }
  })
}

/** One message's text so far and the cursor it stands at. @throws Refusal NOT_FOUND */
export function readContent(
  deps: { database: Database },
  userId: Id,
  messageId: Id,
): Promise<z.infer<typeof messagesContentOutput>> {
  return readConsistently(deps.database, async (queries) => {
    const row = await readMessageRow(queries, userId, messageId)
    const conversation = await readConversation(queries, userId, row.conversationId)
    const [message] = await rowsToMessages(queries, row.conversationId, [row])
    if (!message) throw notFound('Message')
    const { id, content, status, updatedAt } = message
    return { id, content, status, lastUpdated: updatedAt, cursor: String(conversation.lastSeq) }
  })
}

const pollLimit = 200
// A time, and while there is more of the same instant the last message that was given.
const sincePattern = /^(?<time>(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)(?:~(?<after>[0-9a-f-]{36}))?$/u

/**
 * Messages added or grown since `now` of an earlier answer, at most 200, oldest change first. Times within a conversation never go
 * back, so comparing with "at or after" repeats some and misses none. @throws Refusal NOT_FOUND, BAD_REQUEST
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
    // A running message's row stands still while its log grows.
    const changedAt = sql<Date>`greatest(${messages.updatedAt}, coalesce((
      select max(${conversationLog.at}) from ${generations} join ${conversationLog} on ${conversationLog.generationId} = ${generations.id}
      where ${generations.messageId} = ${messages.id} and ${messages.status} in ('queued', 'generating', 'waiting')
    ), ${messages.updatedAt}))`
    const time = since && sql`${since.time.toISOString()}::timestamptz`
    const rows = await queries
      .select({ message: messages, changedAt })
      .from(messages)
      .where(
        and(
          eq(messages.conversationId, conversationId),
          isNull(messages.deletedAt),
          since ? or(gte(messages.updatedAt, since.time), inArray(messages.status, [...activeStatuses])) : undefined,
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
