import { schema } from '@holdfast/drizzle'
import {
  isActive,
  LogGapError,
  messagesToStatus,
  type Conversation,
  type Id,
  type Message,
  type Snapshot,
} from '@holdfast/shared'
import { and, asc, eq, inArray, lte, type InferSelectModel } from 'drizzle-orm'
import type { ConversationRow } from '../../conversation-store/conversation-row.ts'
import { rowToSettledMessage } from '../../conversation-store/message-row.ts'
import { readLog } from '../../event-log/read-log.ts'
import type { Queries } from '../../platform/database/database.ts'
import { badField, notFound, olderThanLog } from '../../platform/refusal.ts'
import { readEarlierMessage } from './read-earlier-message.ts'
import { readEventsBetween } from './read-events-between.ts'
import { readSettings, type EarlierSettings } from './read-settings.ts'

const { messages } = schema

/*
 * # The state of a conversation at an earlier moment
 *
 * Rows say how a conversation is now, its log what happened since the log begins. The state in between is told from both, and no state is
 * ever stored for it:
 *
 * - A message that no event after the moment is about is today as it was then: its row tells it.
 * - Of the few others (running then, continued or removed since) the own events are folded up to the moment. Where its `message-added` is
 *   pruned, a `generation-queued` holds the whole message as it was before, and without one the answer had not begun.
 * - A removed message keeps its row, and its `message-removed` says which children were hung elsewhere: read backwards, they hang on it.
 * - Settings are those of the newest `conversation-updated` before the moment, else those where the log begins (`conversation_bases`).
 *
 * What is deleted for good is gone with its rows and its log, so nothing of it can be told.
 */

export interface EarlierPage {
  readonly cursor: number
  /** The end of the path to show; null: the active one of that time. */
  readonly leafId: Id | null
  readonly limit: number
}

/** What the structure of a conversation needs of a message. */
type Node = Pick<
  InferSelectModel<typeof messages>,
  'id' | 'parentId' | 'addedSeq' | 'deletedAt' | 'role' | 'status' | 'updatedAt'
>

/**
 * The newest page of a path of a conversation, and every message that was being generated, after the event `cursor`. The queries see one
 * state of the database.
 * @throws Refusal BAD_REQUEST older-than-log, or for a cursor that is still to come; NOT_FOUND for a leaf that was not there
 */
export async function readEarlierState(queries: Queries, row: ConversationRow, page: EarlierPage): Promise<Snapshot> {
  const { cursor, limit } = page
  if (cursor > row.lastSeq) throw badField('cursor', 'is still to come')
  if (cursor < row.prunedSeq) throw olderThanLog('cursor')
  try {
    const settings = await readSettings(queries, row, cursor)
    const tree = await readTree(queries, row, cursor)
    const changed = await readChangedMessages(queries, row, { cursor, nodes: tree.nodes })
    const since = await readEventsBetween(queries, row.id, { after: settings.seq, upTo: cursor }, [
      'message-added',
      'generation-ended',
    ])
    const running = tree.nodes.flatMap(({ id }) => {
      const message = changed.get(id)
      return message && isActive(message.status) ? [message] : []
    })
    const added = since.flatMap(({ event }) => (event.type === 'message-added' ? event.message.id : []))
    const ends = since.flatMap(({ event }) => (event.type === 'generation-ended' ? event : []))
    const before = settings.isEvent ? settings.conversation : toFirst(settings, tree, changed)
    const conversation: Conversation = {
      ...before,
      messageCount: settings.isEvent ? before.messageCount + added.length : tree.nodes.length,
      activeMessageId: added.at(-1) ?? before.activeMessageId,
      unread: before.unread || ends.length > 0,
      updatedAt: since.at(-1)?.at ?? before.updatedAt,
      hasActiveGeneration: running.length > 0,
      state: messagesToStatus(running) ?? toRestState(before, ends.at(-1)?.status),
    }
    const path = toPath(tree, page.leafId ?? conversation.activeMessageId, page.leafId !== null)
    const shown = path.slice(-limit)
    const isShown = new Set(shown.map(({ id }) => id))
    const others = tree.nodes.filter((node) => !isShown.has(node.id) && running.some(({ id }) => id === node.id))
    return {
      conversation,
      messages: await toMessages(queries, row.id, [...shown, ...others], tree, changed),
      cursor: String(cursor),
      nextCursor: path.length > shown.length ? (shown[0]?.id ?? null) : null,
    }
  } catch (error) {
    // The log begins in the middle of an answer, which versions before this one allowed.
    if (error instanceof LogGapError) throw olderThanLog('cursor')
    throw error
  }
}

/** Where the log begins, what pruned events said follows from the messages that were there. */
function toFirst({ conversation, seq }: EarlierSettings, { nodes }: Tree, changed: ReadonlyMap<Id, Message>): Conversation {
  const added = nodes.findLast(({ addedSeq }) => addedSeq > seq)
  const times = nodes.filter(({ id }) => !changed.has(id)).map(({ updatedAt }) => updatedAt.toISOString())
  return {
    ...conversation,
    activeMessageId: added?.id ?? conversation.activeMessageId,
    updatedAt: [conversation.updatedAt, ...times].toSorted().at(-1) ?? conversation.updatedAt,
  }
}

function toRestState(before: Conversation, lastEnd: Message['status'] | undefined): Conversation['state'] {
  if (lastEnd !== undefined) return lastEnd === 'error' || lastEnd === 'interrupted' ? 'error' : 'idle'
  return before.state === 'error' ? 'error' : 'idle'
}

interface Tree {
  /** The messages that were there, in the order in which they were added. */
  readonly nodes: readonly Node[]
  readonly byId: ReadonlyMap<Id, Node>
  readonly childrenOf: ReadonlyMap<Id | null, readonly Id[]>
}

async function readTree(queries: Queries, row: ConversationRow, cursor: number): Promise<Tree> {
  const { id, parentId, addedSeq, deletedAt, role, status, updatedAt } = messages
  const all: Node[] = await queries
    .select({ id, parentId, addedSeq, deletedAt, role, status, updatedAt })
    .from(messages)
    .where(and(eq(messages.conversationId, row.id), lte(messages.addedSeq, cursor)))
    .orderBy(asc(messages.addedSeq))
  const removals = await readEventsBetween(queries, row.id, { after: cursor, upTo: row.lastSeq }, ['message-removed'])
  const parents = new Map<Id, Id | null>()
  const removedLater = new Set<Id>()
  for (const { event } of removals.toReversed()) {
    if (event.type !== 'message-removed') continue
    removedLater.add(event.messageId)
    for (const childId of event.childIds ?? []) parents.set(childId, event.messageId)
  }
  const nodes = all
    .filter((node) => node.deletedAt === null || removedLater.has(node.id))
    .map((node) => ({ ...node, parentId: parents.get(node.id) ?? node.parentId }))
  const childrenOf = new Map<Id | null, Id[]>()
  for (const node of nodes) {
    const siblings = childrenOf.get(node.parentId)
    if (siblings) siblings.push(node.id)
    else childrenOf.set(node.parentId, [node.id])
  }
  return { nodes, byId: new Map(nodes.map((node) => [node.id, node])), childrenOf }
}

/** From the root down to a leaf. @throws Refusal NOT_FOUND if it was asked for and was not there */
function toPath({ byId }: Tree, leafId: Id | null, isAsked: boolean): Node[] {
  if (isAsked && leafId !== null && !byId.has(leafId)) throw notFound('Message')
  const path: Node[] = []
  for (let node = leafId === null ? undefined : byId.get(leafId); node;) {
    path.push(node)
    node = node.parentId === null ? undefined : byId.get(node.parentId)
  }
  return path.reverse()
}

/** Of the messages that events after the cursor are about, what they were at the cursor. Others may be among them. */
async function readChangedMessages(
  queries: Queries,
  row: ConversationRow,
  { cursor, nodes }: { readonly cursor: number; readonly nodes: readonly Node[] },
): Promise<Map<Id, Message>> {
  const [next] = await readLog(queries, row.id, cursor)
  const changed = new Map<Id, Message>()
  if (!next) return changed
  const changedAt = new Date(next.at)
  // The time of a row is that of the last event that is about its message. Only a removal writes one of its own.
  const isChanged = ({ status, updatedAt, deletedAt }: Node) => isActive(status) || deletedAt !== null || updatedAt >= changedAt
  const ids = nodes.filter(isChanged).map(({ id }) => id)
  if (ids.length === 0) return changed
  const rows = await queries.select().from(messages).where(inArray(messages.id, ids))
  for (const message of rows) changed.set(message.id, await readEarlierMessage(queries, message, cursor))
  return changed
}

async function toMessages(
  queries: Queries,
  conversationId: Id,
  nodes: readonly Node[],
  { childrenOf }: Tree,
  changed: ReadonlyMap<Id, Message>,
): Promise<Message[]> {
  const ids = nodes.map(({ id }) => id).filter((id) => !changed.has(id))
  const rows =
    ids.length === 0
      ? []
      : await queries
          .select()
          .from(messages)
          .where(and(eq(messages.conversationId, conversationId), inArray(messages.id, ids)))
  const unchanged = new Map(rows.map((row) => [row.id, rowToSettledMessage(row, [])]))
  return nodes.flatMap(({ id, parentId }) => {
    const message = changed.get(id) ?? unchanged.get(id)
    return message ? [{ ...message, parentId, siblingIds: [...(childrenOf.get(parentId) ?? [id])] }] : []
  })
}
