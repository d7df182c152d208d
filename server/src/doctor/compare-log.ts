import { schema } from '@holdfast/drizzle'
import {
  applyEvents,
  LogGapError,
  snapshotToState,
  type Conversation,
  type ConversationState,
  type EventRecord,
  type Id,
  type Message,
} from '@holdfast/shared'
import { and, asc, eq, gt, isNull } from 'drizzle-orm'
import { isDeepStrictEqual } from 'node:util'
import { rowToConversation, type ConversationRow } from '../conversation-store/conversation-row.ts'
import { rowsToMessages } from '../conversation-store/message-row.ts'
import { readLog } from '../event-log/read-log.ts'
import type { Queries } from '../platform/database/database.ts'

const { conversations, messages } = schema

/** How the rows of a conversation differ from what its log says. */
export interface LogDifference {
  readonly conversationId: Id
  readonly userId: Id
  /** Null: the conversation itself. */
  readonly messageId: Id | null
  /** What differs: names of fields, never their content. */
  readonly fields: readonly string[]
  /** What the log says; null when that is not known. */
  readonly folded:
    | { readonly message: Message; readonly addedSeq: number | null }
    | { readonly conversation: Conversation }
    | null
}

const conversationsPerPage = 100

/** All conversations, also those in the trash, in the order of their ids. */
export async function* readConversations(queries: Queries): AsyncGenerator<ConversationRow> {
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const page = await queries
      .select()
      .from(conversations)
      .where(gt(conversations.id, after))
      .orderBy(asc(conversations.id))
      .limit(conversationsPerPage)
    yield* page
    const last = page.at(-1)
    if (!last || page.length < conversationsPerPage) return
    after = last.id
  }
}

/**
 * Folds the log of a conversation, as far as it is kept, and compares the result with its rows. Rows whose events were pruned are the only
 * ones that know, and are not compared. The queries see one state of the database.
 */
export async function compareWithLog(queries: Queries, row: ConversationRow): Promise<LogDifference[]> {
  const about = { conversationId: row.id, userId: row.userId }
  const conversation = rowToConversation(row)
  const records = await readWholeLog(queries, row)
  const lastSeq = records.at(-1)?.seq ?? row.prunedSeq
  if (lastSeq !== row.lastSeq) return [{ ...about, messageId: null, fields: ['lastSeq'], folded: null }]
  const folded = fold(conversation, row.prunedSeq, records)
  if (!folded) return [{ ...about, messageId: null, fields: ['log'], folded: null }]
  const differences: LogDifference[] = []
  // An event of an older version says nothing of parameters: there were none.
  // Without its beginning, the log does not say how many messages there are.
  const fields =
    row.prunedSeq === 0 && folded.conversation ? differingFields({ parameters: {}, ...folded.conversation }, conversation) : []
  if (fields.length > 0 && folded.conversation) {
    differences.push({ ...about, messageId: null, fields, folded: { conversation: folded.conversation } })
  }
  const rows = await queries
    .select()
    .from(messages)
    .where(and(eq(messages.conversationId, row.id), isNull(messages.deletedAt)))
    .orderBy(asc(messages.addedSeq))
  const stored = new Map((await rowsToMessages(queries, row.id, rows)).map((message) => [message.id, message]))
  for (const message of [...Object.values(folded.settled), ...Object.values(folded.running)]) {
    const found = stored.get(message.id)
    const differing = found ? differingFields(message, found) : ['id']
    if (differing.length === 0) continue
    const added = records.find(({ event }) => event.type === 'message-added' && event.message.id === message.id)
    const known = { message, addedSeq: added?.seq ?? null }
    differences.push({ ...about, messageId: message.id, fields: differing, folded: known })
  }
  for (const { id, addedSeq } of rows) {
    const isKnown = id in folded.settled || id in folded.running
    if (!isKnown && addedSeq > row.prunedSeq) differences.push({ ...about, messageId: id, fields: ['id'], folded: null })
  }
  return differences
}

async function readWholeLog(queries: Queries, row: ConversationRow): Promise<EventRecord[]> {
  const records: EventRecord[] = []
  let cursor = row.prunedSeq
  for (;;) {
    const page = await readLog(queries, row.id, cursor)
    const last = page.at(-1)
    if (!last) return records
    records.push(...page)
    cursor = last.seq
  }
}

/** Null: the log has a gap. */
function fold(conversation: Conversation, prunedSeq: number, records: readonly EventRecord[]): ConversationState | null {
  const before: Conversation = {
    ...conversation,
    messageCount: 0,
    activeMessageId: null,
    state: 'idle',
    hasActiveGeneration: false,
    unread: false,
    updatedAt: conversation.createdAt,
  }
  try {
    return applyEvents(
      snapshotToState({ conversation: before, messages: [], cursor: String(prunedSeq), nextCursor: null }),
      records,
    )
  } catch (error) {
    if (error instanceof LogGapError) return null
    throw error
  }
}

function differingFields(one: object, other: object): string[] {
  const left = one as Record<string, unknown>
  const right = other as Record<string, unknown>
  const names = new Set([...Object.keys(left), ...Object.keys(right)])
  // Through JSON: a field that is undefined is one that is missing.
  return [...names].filter((name) => !isDeepStrictEqual(toPlain(left[name]), toPlain(right[name])))
}

function toPlain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}
