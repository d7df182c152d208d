import { schema } from '@holdfast/drizzle'
import {
  partsToContent,
  type conversationsMomentsInput,
  type conversationsMomentsOutput,
  type EventRecord,
  type Id,
} from '@holdfast/shared'
import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { readConversation } from '../../conversation-store/conversation-row.ts'
import { rowToRecords } from '../../event-log/packed-row.ts'
import type { Database, Queries } from '../../platform/database/database.ts'
import { readConsistently } from '../../platform/database/read-consistently.ts'
import { readSettings } from '../earlier/read-settings.ts'

const { conversationLog, messages } = schema
const rowsPerRead = 200
const excerptLength = 140

type Page = z.infer<typeof conversationsMomentsOutput>
type Moment = Page['items'][number]

/**
 * What happened to a conversation, as far back as its log is kept: questions, answers, edits, removals and names, the newest first.
 * @throws Refusal NOT_FOUND
 */
export function listConversationMoments(
  deps: { database: Database },
  userId: Id,
  input: z.output<typeof conversationsMomentsInput>,
): Promise<Page> {
  return readConsistently(deps.database, async (queries) => {
    const row = await readConversation(queries, userId, input.conversationId)
    const found: Found[] = []
    let below = input.cursor ? Number(input.cursor) : row.lastSeq + 1
    while (found.length <= input.limit) {
      const rows = await readRows(queries, row.id, below)
      const records = rows.flatMap(rowToRecords).filter(({ seq }) => seq < below)
      if (rows.length === 0) break
      const first = rows[0]?.fromSeq ?? 0
      const title = (await readSettings(queries, row, first - 1)).conversation.title
      found.push(...toMoments(records, title).toReversed())
      below = first
    }
    const items = found.slice(0, input.limit)
    const last = items.at(-1)
    const texts = await readTexts(queries, items)
    return {
      items: items.map(({ seq: _, ...item }) => ({
        ...item,
        text: item.messageId === null ? item.text : (texts.get(item.messageId) ?? ''),
      })),
      nextCursor: found.length > input.limit && last ? String(last.seq) : null,
      earliest: String(row.prunedSeq),
    }
  })
}

/** Rows with something to show, the oldest first, of those below a seq the newest. */
async function readRows(queries: Queries, conversationId: Id, below: number) {
  const rows = await queries
    .select()
    .from(conversationLog)
    .where(
      and(
        eq(conversationLog.conversationId, conversationId),
        lt(conversationLog.fromSeq, below),
        sql`${conversationLog.payload} ~ '"(message-added|message-removed|generation-ended|conversation-updated)"'`,
      ),
    )
    .orderBy(desc(conversationLog.fromSeq))
    .limit(rowsPerRead)
  return rows.toReversed()
}

type Found = Moment & { readonly seq: number }

function toMoments(records: readonly EventRecord[], titleBefore: string): Found[] {
  let title = titleBefore
  return records.flatMap(({ seq, at, event }): Found[] => {
    const here = { seq, at, cursor: String(seq) }
    if (event.type === 'message-added') {
      const { message } = event
      const isFirst = message.siblingIds[0] === message.id
      if (message.role === 'user') return [{ ...here, kind: isFirst ? 'question' : 'edited', messageId: message.id, text: '' }]
      // The first answer comes with its question.
      if (message.role !== 'assistant' || isFirst) return []
      return [{ ...here, kind: 'another-answer', messageId: message.id, text: '' }]
    }
    if (event.type === 'generation-ended') {
      const kind = event.status === 'completed' ? 'answered' : 'stopped'
      return [{ ...here, kind, messageId: event.messageId, text: '' }]
    }
    if (event.type === 'message-removed') {
      return [{ ...here, kind: 'deleted', cursor: String(seq - 1), messageId: event.messageId, text: '' }]
    }
    if (event.type !== 'conversation-updated') return []
    const before = title
    title = event.conversation.title
    return title === before ? [] : [{ ...here, kind: 'renamed', messageId: null, text: title }]
  })
}

/** The beginnings of messages, also of those that were removed since. */
async function readTexts(queries: Queries, items: readonly Moment[]): Promise<Map<Id, string>> {
  const ids = [...new Set(items.flatMap(({ messageId }) => messageId ?? []))]
  if (ids.length === 0) return new Map()
  const rows = await queries.select({ id: messages.id, parts: messages.parts }).from(messages).where(inArray(messages.id, ids))
  return new Map(
    rows.map(({ id, parts }) => {
      const content = partsToContent(JSON.parse(parts) as Parameters<typeof partsToContent>[0])
      return [
        id,
        Array.from(content.slice(0, excerptLength * 2))
          .slice(0, excerptLength)
          .join(''),
      ]
    }),
  )
}
