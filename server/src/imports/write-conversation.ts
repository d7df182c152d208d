import { schema } from '@holdfast/drizzle'
import {
  defaultTitle,
  firstWords,
  isBlank,
  maxInstructionsLength,
  maxModelLength,
  maxTitleFromWordsLength,
  maxTitleLength,
  mergeParameters,
  partsToContent,
  type ConversationEvent,
  type Id,
  type ImportSource,
  type Message,
  type Part,
} from '@holdfast/shared'
import { inArray } from 'drizzle-orm'
import { rowToConversation, saveConversation, type ConversationRow } from '../conversation-store/conversation-row.ts'
import { indexMessages, indexTitle } from '../conversation-store/index-messages.ts'
import { messageToValues, readSiblings } from '../conversation-store/message-row.ts'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'
import type { Transaction } from '../platform/database/database.ts'
import { nameConversation } from './formats/finish-conversation.ts'
import type { ImportedConversation, ImportedMessage, ImportProblem } from './formats/imported.ts'
import { sourceToId, toOwnId } from './source-ids.ts'

const { conversations, messageFiles, messages } = schema

/** A conversation whose files have become files of the user, or were named in the report. */
export interface SettledConversation extends Omit<ImportedConversation, 'messages'> {
  readonly messages: readonly SettledMessage[]
}
export interface SettledMessage extends Omit<ImportedMessage, 'parts'> {
  readonly parts: readonly Part[]
}

export interface Written {
  /** Messages that were added. */
  readonly messages: number
  /** Whether the conversation is new, even without messages. */
  readonly isNew: boolean
  readonly problems: readonly ImportProblem[]
}

/** Rows per statement, and events per row of the log: neither a statement nor a reader's page becomes large. */
const rowsPerInsert = 100

/**
 * Adds what is new of a conversation: all of it, or messages that an earlier import did not have. A message that was deleted here stays
 * deleted, and what hangs below it hangs where it hung. A title, instructions or a model that were changed here stay.
 */
export async function writeConversation(
  unit: UnitOfWork,
  input: { readonly userId: Id; readonly source: ImportSource; readonly conversation: SettledConversation; readonly now: Date },
): Promise<Written> {
  const { userId, source, conversation, now } = input
  const { tx } = unit
  const place = await findPlace(tx, userId, source, conversation.sourceId)
  const name = nameConversation(conversation.title)
  if (place.row && place.row.deletedAt !== null) {
    return { messages: 0, isNew: false, problems: [{ what: name, why: 'It is in the trash. Restore it there' }] }
  }
  // Derived ids are of this conversation alone: while it is not there, neither are they.
  const mayBeHere = place.row !== null || source === 'holdfast'
  const known = await findMessages(tx, { userId, source, conversationId: place.id, mayBeHere }, conversation)
  const fresh = conversation.messages.filter(({ sourceId }) => !known.rows.has(known.idOf(sourceId)))
  if (place.row && fresh.length === 0) return { messages: 0, isNew: false, problems: [] }
  const problems: ImportProblem[] = [...conversation.problems]
  const row = place.row ?? (await insertConversation(tx, { userId, id: place.id, conversation, now, problems }))
  const isNew = place.row === null
  const added = await insertMessages(tx, row, { userId, fresh, known, isNew, now })
  await indexMessages(unit, userId, added)
  const last = row.lastSeq + added.length
  const changes = {
    messageCount: row.messageCount + added.length,
    activeMessageId: chooseActive(row, conversation, known, added),
    ...(isNew
      ? {
          updatedAt: row.updatedAt,
          state: conversation.failed ? ('error' as const) : ('idle' as const),
          ...(conversation.unread ? { endedSeq: Math.max(1, last) } : {}),
        }
      : { updatedAt: laterOf(row.updatedAt, conversation.updatedAt) }),
  }
  const saved = await saveConversation(unit, row.id, changes, { hasGenerations: !isNew })
  const events: ConversationEvent[] = added.map((message) => ({ type: 'message-added', message }))
  events.push({ type: 'conversation-updated', conversation: rowToConversation(saved) })
  for (let from = 0; from < events.length; from += rowsPerInsert) {
    await unit.append(row.id, events.slice(from, from + rowsPerInsert))
  }
  return { messages: added.length, isNew, problems }
}

/** Where a conversation is, or where it goes. Our own ids are kept unless they belong to another user. */
async function findPlace(
  tx: Transaction,
  userId: Id,
  source: ImportSource,
  sourceId: string,
): Promise<{ id: Id; row: ConversationRow | null }> {
  const derived = sourceToId(userId, source, 'conversation', sourceId)
  const own = toOwnId(source, sourceId)
  const rows = await tx
    .select()
    .from(conversations)
    .where(inArray(conversations.id, own === null ? [derived] : [own, derived]))
    .for('update')
  const mine = rows.find((row) => row.userId === userId && row.id === derived) ?? rows.find((row) => row.userId === userId)
  if (mine) return { id: mine.id, row: mine }
  return { id: own !== null && rows.length === 0 ? own : derived, row: null }
}

interface Known {
  readonly idOf: (sourceId: string) => Id
  /** The messages of this import that are here already, by their ids. */
  readonly rows: ReadonlyMap<Id, { readonly parentId: Id | null; readonly isDeleted: boolean }>
}

async function findMessages(
  tx: Transaction,
  place: { userId: Id; source: ImportSource; conversationId: Id; mayBeHere: boolean },
  conversation: SettledConversation,
): Promise<Known> {
  const { userId, source, conversationId, mayBeHere } = place
  const ids = new Map<string, { own: Id | null; derived: Id }>()
  for (const { sourceId } of conversation.messages) {
    const derived = sourceToId(userId, source, 'message', conversation.sourceId, sourceId)
    ids.set(sourceId, { own: toOwnId(source, sourceId), derived })
  }
  const wanted = mayBeHere ? [...ids.values()].flatMap(({ own, derived }) => (own === null ? [derived] : [own, derived])) : []
  const rows = new Map<Id, { parentId: Id | null; isDeleted: boolean }>()
  const foreign = new Set<Id>()
  for (let from = 0; from < wanted.length; from += 1_000) {
    const found = await tx
      .select({
        id: messages.id,
        conversationId: messages.conversationId,
        parentId: messages.parentId,
        deletedAt: messages.deletedAt,
      })
      .from(messages)
      .where(inArray(messages.id, wanted.slice(from, from + 1_000)))
    for (const { id, parentId, deletedAt, ...row } of found) {
      if (row.conversationId === conversationId) rows.set(id, { parentId, isDeleted: deletedAt !== null })
      else foreign.add(id)
    }
  }
  return {
    rows,
    idOf: (sourceId) => {
      const { own, derived } = ids.get(sourceId) ?? { own: null, derived: sourceToId(userId, source, 'message', sourceId) }
      if (own === null || rows.has(derived)) return derived
      return foreign.has(own) ? derived : own
    },
  }
}

async function insertConversation(
  tx: Transaction,
  input: { userId: Id; id: Id; conversation: SettledConversation; now: Date; problems: ImportProblem[] },
): Promise<ConversationRow> {
  const { userId, id, conversation, now, problems } = input
  const name = nameConversation(conversation.title)
  const title = toTitle(conversation, name, problems)
  const createdAt = conversation.createdAt ?? conversation.updatedAt ?? now
  const [row] = await tx
    .insert(conversations)
    .values({
      id,
      userId,
      ...title,
      model: toStorable(conversation.model)?.slice(0, maxModelLength) ?? null,
      instructions: toInstructions(conversation, name, problems),
      parameters: mergeParameters(conversation.parameters),
      pinned: conversation.pinned,
      archived: conversation.archived,
      lastEventAt: now,
      createdAt,
      updatedAt: laterOf(createdAt, conversation.updatedAt),
    })
    .returning()
  if (!row) throw new Error('the conversation was not inserted')
  await indexTitle(tx, userId, id, row.title)
  return row
}

/** Text columns take neither NUL nor lone surrogates. */
function toStorable(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\u0000', '').toWellFormed()
}

function toTitle(conversation: SettledConversation, name: string, problems: ImportProblem[]) {
  const title = toStorable(conversation.title)
  if (title === null || isBlank(title)) {
    const question = conversation.messages.find(({ role }) => role === 'user')
    const words = firstWords(toStorable(question ? partsToContent(question.parts) : '') ?? '', maxTitleFromWordsLength)
    return isBlank(words) ? { title: defaultTitle } : { title: words, titleSource: 'words' as const }
  }
  if (title === defaultTitle) return { title }
  const points = [...title]
  if (points.length > maxTitleLength)
    problems.push({ what: `${name}: the title`, why: `It was cut to ${maxTitleLength} characters` })
  return { title: points.slice(0, maxTitleLength).join(''), titleSource: 'user' as const }
}

function toInstructions(conversation: SettledConversation, name: string, problems: ImportProblem[]): string | null {
  const instructions = toStorable(conversation.instructions)
  if (instructions === null || isBlank(instructions)) return null
  const points = [...instructions]
  if (points.length <= maxInstructionsLength) return instructions
  problems.push({ what: `${name}: the instructions`, why: `They were cut to ${maxInstructionsLength} characters` })
  return points.slice(0, maxInstructionsLength).join('')
}

/** Inserts messages in the order of the log. The conversation's lock is held, or it is not visible to others yet. */
async function insertMessages(
  tx: Transaction,
  row: ConversationRow,
  input: { userId: Id; fresh: readonly SettledMessage[]; known: Known; isNew: boolean; now: Date },
): Promise<Message[]> {
  const { userId, fresh, known, isNew, now } = input
  const added: Message[] = fresh.map((message) => {
    const id = known.idOf(message.sourceId)
    const createdAt = message.createdAt ?? row.createdAt
    return {
      id,
      conversationId: row.id,
      parentId: findParent(message, known),
      siblingIds: [],
      role: message.role,
      status: message.status,
      content: partsToContent(message.parts),
      parts: [...message.parts],
      model: toStorable(message.model)?.slice(0, maxModelLength) ?? null,
      usage: message.usage,
      costMicroUsd: message.costMicroUsd,
      error: message.error,
      ...(message.notes.length > 0 ? { notes: [...message.notes] } : {}),
      ...(message.reactions.length > 0
        ? { reactions: message.reactions.map((reaction) => ({ reaction, userIds: [userId] })) }
        : {}),
      createdAt: createdAt.toISOString(),
      // In a conversation that others may be polling, it changes now.
      updatedAt: (isNew ? laterOf(createdAt, message.updatedAt) : now).toISOString(),
    }
  })
  const siblings = isNew ? new Map<Id | null, Id[]>() : await readSiblings(tx, row.id, added)
  for (let from = 0; from < added.length; from += rowsPerInsert) {
    const batch = added.slice(from, from + rowsPerInsert)
    await tx.insert(messages).values(
      batch.map((message, index) => ({
        id: message.id,
        conversationId: row.id,
        ...messageToValues(message),
        reactions: message.reactions ?? null,
        addedSeq: row.lastSeq + from + index + 1,
        createdAt: new Date(message.createdAt),
      })),
    )
    const shown = batch.flatMap(({ id, parts }) =>
      parts.flatMap((part) => (part.type === 'file' ? { messageId: id, fileId: part.fileId } : [])),
    )
    if (shown.length > 0) await tx.insert(messageFiles).values(shown).onConflictDoNothing()
    for (const message of batch) {
      const above = siblings.get(message.parentId) ?? []
      above.push(message.id)
      siblings.set(message.parentId, above)
      message.siblingIds = [...above]
    }
  }
  return added
}

/** The message that it hangs below; what was deleted here has left its place to the one above. */
function findParent(message: SettledMessage, known: Known): Id | null {
  let id = message.parentSourceId === null ? null : known.idOf(message.parentSourceId)
  for (
    let row = id === null ? undefined : known.rows.get(id);
    row?.isDeleted;
    row = id === null ? undefined : known.rows.get(id)
  ) {
    id = row.parentId
  }
  return id
}

/** The path that the source shows, unless the conversation was continued here. */
function chooseActive(
  row: ConversationRow,
  conversation: SettledConversation,
  known: Known,
  added: readonly Message[],
): Id | null {
  const isOurs = row.activeMessageId !== null && !known.rows.has(row.activeMessageId)
  if (isOurs) return row.activeMessageId
  const { activeSourceId } = conversation
  const shown = activeSourceId === null ? undefined : conversation.messages.find(({ sourceId }) => sourceId === activeSourceId)
  const id = shown ? known.idOf(shown.sourceId) : null
  if (id !== null && !known.rows.get(id)?.isDeleted) return id
  return added.at(-1)?.id ?? row.activeMessageId
}

function laterOf(one: Date, other: Date | null): Date {
  return other !== null && other > one ? other : one
}
