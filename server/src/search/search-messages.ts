import { schema } from '@holdfast/drizzle'
import {
  findMatches,
  partSchema,
  textToQuery,
  textToWords,
  type Id,
  type Part,
  type SearchConversation,
  type SearchItem,
  type searchMessagesInput,
  type searchMessagesOutput,
  type SearchQuery,
} from '@holdfast/shared'
import { and, desc, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import type { Clock } from '../platform/clock.ts'
import { readConversation } from '../conversation-store/conversation-row.ts'
import type { Database, Queries } from '../platform/database/database.ts'
import { dayToStart, readDayZone, type DayZone } from '../platform/database/day-start.ts'
import type { Logger } from '../platform/logger.ts'
import type { FileStorage } from '../files/storage/file-storage.ts'
import { chooseSnippet } from './choose-snippet.ts'
import { readSearchedFiles, type SearchedFile } from './file-texts.ts'
import { parseSearchCursor, searchCursorToText, type SearchCursor } from './search-cursor.ts'
import { queryToExpressions, toNearestFirst, type SearchExpressions } from '../conversation-store/search-lexemes.ts'

const { conversations, messages, searchDocuments, searchTitles } = schema

type Input = z.output<typeof searchMessagesInput> & { readonly zone: DayZone; readonly isStarred: boolean }
/** Null: there are no words, and every message that passes the filters matches. */
type Wanted = SearchExpressions | null
type Output = z.infer<typeof searchMessagesOutput>

/** Number of newest candidates that are ranked together. */
const windowSize = 200
/** Number of windows that one call searches. If a phrase is not found in them, the next page continues. */
const maxWindows = 3
const maxConversations = 10
const dayMs = 86_400_000
/**
 * Larger vectors, as they are stored, are not ranked: that would read all of them. They belong to messages with long files, which have
 * about this rank, less than a short message with the same word.
 */
const maxRankedBytes = 32_768
const longRank = 0.006
/** Half-life of recency in the ranking. */
const recencyDays = 30

interface Candidate {
  readonly messageId: Id
  readonly createdAt: Date
  readonly isMatch: boolean
  readonly rank: number
}

/**
 * A page of the user's messages that match the query, and of the conversations whose titles do. Ranked by relevance and recency within
 * windows of {@link windowSize}, the newest window first. The trash is not searched.
 * @throws Refusal BAD_REQUEST for a foreign cursor, NOT_FOUND for a conversation that is not the user's
 */
export async function searchMessages(
  deps: { database: Database; clock: Clock; storage: FileStorage; logger: Logger },
  userId: Id,
  given: z.output<typeof searchMessagesInput>,
): Promise<Output> {
  const query = textToQuery(given.query)
  const input: Input = {
    ...given,
    zone: await readDayZone(deps.database.queries, given),
    isStarred: query.isStarred === true,
  }
  const cursor = parseSearchCursor(input.cursor, deps.clock.now())
  const expressions = queryToExpressions(userId, query)
  const page = await deps.database.queries.transaction(async (tx) => {
    if (input.conversationId !== undefined) await readConversation(tx, userId, input.conversationId)
    if (!expressions && !input.isStarred) return { messages: [], conversations: [], nextCursor: null }
    // With a common word the planner prefers a sequential scan, which would detoast the lexemes of every message.
    await tx.execute(sql`select set_config('enable_seqscan', 'off', true)`)
    const { found, nextCursor } = await findPage(tx, userId, input, expressions, cursor)
    const isFirst = input.cursor === null || input.cursor === undefined
    return {
      messages: await readFound(tx, userId, found),
      conversations:
        expressions && isFirst && !hasMessageFilter(input) ? await findConversations(tx, userId, input, expressions, query) : [],
      nextCursor,
    }
  })
  // After the transaction, since files may have to be read.
  const { messages: found, ...rest } = page
  return { ...rest, items: await toItems(deps, found, query) }
}

function hasMessageFilter(input: Input): boolean {
  const { conversationId, role, model, hasToolCalls, from, to, isStarred } = input
  return isStarred || [conversationId, role, model, hasToolCalls, from, to].some((filter) => filter !== undefined)
}

async function findPage(
  queries: Queries,
  userId: Id,
  input: Input,
  expressions: Wanted,
  cursor: SearchCursor,
): Promise<{ found: readonly Id[]; nextCursor: string | null }> {
  const found: Id[] = []
  let { start, offset } = cursor
  for (let windows = 0; ; windows += 1) {
    const rows = await readWindow(queries, userId, input, expressions, { now: cursor.now, start })
    const [first] = rows
    if (!first) return { found, nextCursor: null }
    const ranked = rankCandidates(rows.slice(0, windowSize), cursor.now)
    const taken = ranked.slice(offset, offset + input.limit - found.length)
    found.push(...taken.map(({ messageId }) => messageId))
    const nextOffset = offset + taken.length
    if (nextOffset < ranked.length) return { found, nextCursor: searchCursorToText(cursor.now, first, nextOffset) }
    const next = rows[windowSize]
    if (!next) return { found, nextCursor: null }
    if (found.length >= input.limit || windows + 1 >= maxWindows) {
      return { found, nextCursor: searchCursorToText(cursor.now, next, 0) }
    }
    start = { createdAt: next.createdAt.toISOString(), messageId: next.messageId }
    offset = 0
  }
}

/** The newest candidates from `start` on, and one more: where the next window starts. */
async function readWindow(
  queries: Queries,
  userId: Id,
  input: Input,
  expressions: Wanted,
  cursor: { readonly now: number; readonly start: SearchCursor['start'] },
): Promise<Candidate[]> {
  if (!expressions) return readCandidates(queries, userId, input, null, cursor.start)
  const before = cursor.start === null ? cursor.now : Date.parse(cursor.start.createdAt)
  let candidates: Candidate[] = []
  for (const expression of toNearestFirst(userId, expressions.candidates, before)) {
    candidates = await readCandidates(queries, userId, input, { ...expressions, filter: expression }, cursor.start)
    if (candidates.length > windowSize) break
  }
  return candidates
}

async function readCandidates(
  queries: Queries,
  userId: Id,
  input: Input,
  expressions: (SearchExpressions & { readonly filter: string }) | null,
  start: SearchCursor['start'],
): Promise<Candidate[]> {
  const order = [desc(searchDocuments.createdAt), desc(searchDocuments.messageId)]
  const newest = queries
    .select({ messageId: searchDocuments.messageId })
    .from(searchDocuments)
    .innerJoin(conversations, eq(conversations.id, searchDocuments.conversationId))
    .where(
      and(
        expressions ? sql`${searchDocuments.lexemes} @@ ${expressions.filter}::tsquery` : undefined,
        ...toFilters(userId, input),
        start
          ? sql`(${searchDocuments.createdAt}, ${searchDocuments.messageId}) <= (${start.createdAt}::timestamptz, ${start.messageId}::uuid)`
          : undefined,
      ),
    )
    .orderBy(...order)
    .limit(windowSize + 1)
    .as('newest')
  const candidates = expressions?.candidates ?? null
  const exact = expressions?.exact ?? null
  // In the select list: as a condition it would be looked up in the index, for all messages with these words.
  return queries
    .select({
      messageId: searchDocuments.messageId,
      createdAt: searchDocuments.createdAt,
      isMatch: exact === null ? sql<boolean>`true` : sql<boolean>`${searchDocuments.lexemes} @@ ${exact}::tsquery`,
      rank:
        candidates === null
          ? sql<number>`0`.mapWith(Number)
          : sql<number>`case when pg_column_size(${searchDocuments.lexemes}) > ${maxRankedBytes} then ${longRank} else ts_rank(${searchDocuments.lexemes}, ${candidates}::tsquery, 1) end`.mapWith(
              Number,
            ),
    })
    .from(newest)
    .innerJoin(searchDocuments, eq(searchDocuments.messageId, newest.messageId))
    .orderBy(...order)
}

/** The first condition on the reactions is that of their index. */
function hasStarOf(userId: Id): SQL {
  const own = JSON.stringify([{ reaction: 'star', userIds: [userId] }])
  return sql`exists (select from ${messages} where ${messages.id} = ${searchDocuments.messageId} and ${messages.conversationId} = ${conversations.id} and ${messages.reactions} @> '[{"reaction":"star"}]' and ${messages.reactions} @> ${own}::jsonb)`
}

function toFilters(userId: Id, input: Input): (SQL | undefined)[] {
  const { conversationId, role, model, hasToolCalls, from, to, zone, includeArchived, isStarred } = input
  return [
    eq(conversations.userId, userId),
    isNull(conversations.deletedAt),
    includeArchived ? undefined : eq(conversations.archived, false),
    conversationId === undefined ? undefined : eq(searchDocuments.conversationId, conversationId),
    isStarred ? hasStarOf(userId) : undefined,
    role === undefined ? undefined : eq(searchDocuments.role, role),
    model === undefined ? undefined : eq(searchDocuments.model, model),
    hasToolCalls === undefined ? undefined : eq(searchDocuments.hasToolCalls, hasToolCalls),
    from === undefined ? undefined : sql`${searchDocuments.createdAt} >= ${dayToStart(from, zone)}`,
    to === undefined ? undefined : sql`${searchDocuments.createdAt} < ${dayToStart(to, zone, 1)}`,
  ]
}

function rankCandidates(candidates: readonly Candidate[], now: number): Candidate[] {
  const matches = candidates.filter(({ isMatch }) => isMatch)
  const best = Math.max(...matches.map(({ rank }) => rank), Number.MIN_VALUE)
  const score = ({ rank, createdAt }: Candidate) =>
    rank / best + 2 ** (-Math.max(0, now - createdAt.getTime()) / (recencyDays * dayMs))
  // The sort is stable: among equal scores the newest come first.
  return matches
    .map((candidate) => ({ candidate, score: score(candidate) }))
    .toSorted((one, other) => other.score - one.score)
    .map(({ candidate }) => candidate)
}

const partsSchema = z.array(partSchema)

type FoundMessage = Omit<SearchItem, 'snippet' | 'file'> & {
  readonly parts: readonly Part[]
  readonly files: readonly SearchedFile[]
}

/** The messages with these ids, in that order; those that were deleted in the meantime are left out. */
async function readFound(queries: Queries, userId: Id, messageIds: readonly Id[]): Promise<FoundMessage[]> {
  if (messageIds.length === 0) return []
  const rows = await queries
    .select({ message: messages, conversation: conversations, hasToolCalls: searchDocuments.hasToolCalls })
    .from(messages)
    .innerJoin(searchDocuments, eq(searchDocuments.messageId, messages.id))
    .innerJoin(conversations, eq(conversations.id, messages.conversationId))
    .where(and(inArray(messages.id, [...messageIds]), isNull(messages.deletedAt)))
  const rowsById = new Map(rows.map((row) => [row.message.id, row]))
  const files = await readSearchedFiles(queries, userId, messageIds)
  return messageIds.flatMap((messageId): FoundMessage[] => {
    const row = rowsById.get(messageId)
    if (!row) return []
    const { message, conversation, hasToolCalls } = row
    return [
      {
        conversationId: conversation.id,
        conversationTitle: conversation.title,
        archived: conversation.archived,
        messageId,
        role: message.role,
        model: message.model,
        hasToolCalls,
        createdAt: message.createdAt.toISOString(),
        parts: partsSchema.parse(JSON.parse(message.parts)),
        files: files.get(messageId) ?? [],
      },
    ]
  })
}

/** Messages whose files are read at the same time. */
const readAtOnce = 4

async function toItems(
  deps: { storage: FileStorage; logger: Logger },
  found: readonly FoundMessage[],
  query: SearchQuery,
): Promise<SearchItem[]> {
  const items: SearchItem[] = []
  for (let from = 0; from < found.length; from += readAtOnce) {
    const added = found.slice(from, from + readAtOnce).map(async ({ parts, files, ...item }): Promise<SearchItem> => {
      return { ...item, ...(await chooseSnippet(deps, { parts, files }, query)) }
    })
    items.push(...(await Promise.all(added)))
  }
  return items
}

async function findConversations(
  queries: Queries,
  userId: Id,
  input: Input,
  expressions: SearchExpressions,
  query: SearchQuery,
): Promise<SearchConversation[]> {
  const rows = await queries
    .select({ conversation: conversations })
    .from(searchTitles)
    .innerJoin(conversations, eq(conversations.id, searchTitles.conversationId))
    .where(
      and(
        sql`${searchTitles.lexemes} @@ ${expressions.exact ?? expressions.candidates}::tsquery`,
        eq(conversations.userId, userId),
        isNull(conversations.deletedAt),
        input.includeArchived ? undefined : eq(conversations.archived, false),
      ),
    )
    .orderBy(desc(conversations.updatedAt), desc(conversations.id))
    .limit(maxConversations)
  return rows.map(({ conversation: { id, title, archived, updatedAt } }) => ({
    id,
    title,
    ranges: findMatches([...textToWords(title)], query),
    archived,
    updatedAt: updatedAt.toISOString(),
  }))
}
