import { schema } from '@holdfast/drizzle'
import { isActive, partsToContent, type Id, type Message, type MessageStatus, type Part } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Config } from '../config.ts'
import { saveConversation, type ConversationRow } from '../conversations/conversation-row.ts'
import type { GenerationJobs } from '../generation/jobs.ts'
import type { UnitOfWork } from '../log/unit-of-work.ts'
import type { Logger } from '../logger.ts'
import type { Models } from '../models/model.ts'
import { Refusal } from '../refusal.ts'
import { indexMessages } from '../search/index-messages.ts'
import { checkMessageLimit } from './message-limit.ts'
import { readSiblings } from './message-row.ts'

const { generations, messages } = schema

export interface AddMessagesDeps {
  readonly config: Pick<Config, 'messagesPerMinute'>
  readonly jobs: GenerationJobs
  readonly logger: Logger
  readonly models: Pick<Models, 'defaultModel' | 'price' | 'providerOf'>
}

/** A question and the place of its answer, or a further answer to a question that is there already. */
export interface Turn {
  readonly conversation: ConversationRow
  readonly now: Date
  readonly question:
    | { readonly id: Id | undefined; readonly parentId: Id | null; readonly content: string }
    | { readonly existingId: Id; readonly parentId: Id | null }
  readonly answerId: Id | undefined
  readonly model: string | undefined
  readonly utcOffsetMinutes: number | undefined
  /** Of the message that the question hangs on; read where the caller has not. */
  readonly parentStatus?: MessageStatus | null
}

/**
 * Adds a turn to a conversation whose lock is held: message rows, generation, events, job. Under a running answer the new one waits
 * without a job: it gets it in the transaction that ends the other.
 */
export async function addTurn(
  deps: AddMessagesDeps,
  unit: UnitOfWork,
  turn: Turn,
): Promise<{ userMessageId: Id; assistantMessageId: Id; conversation: ConversationRow }> {
  const { tx } = unit
  const { conversation, question } = turn
  const { userId } = conversation
  await checkMessageLimit(tx, { userId, messagesPerMinute: deps.config.messagesPerMinute, now: turn.now })
  const time = later(conversation.lastEventAt, turn.now)
  const isNew = !('existingId' in question)
  const userMessageId = isNew ? (question.id ?? uuidv7()) : question.existingId
  const answerId = turn.answerId ?? uuidv7()
  // The question and its answer were given the same id.
  if (answerId === userMessageId) throw idTaken('assistantMessageId')
  const model = turn.model ?? conversation.model ?? deps.models.defaultModel
  const rows: NewMessage[] = [{ id: answerId, parentId: userMessageId, role: 'assistant', status: 'queued', parts: [], model }]
  if (isNew) {
    const parts: Part[] = [{ type: 'text', text: question.content }]
    rows.unshift({ id: userMessageId, parentId: question.parentId, role: 'user', status: 'completed', parts, model: null })
  }
  const added = await insertMessages(unit, { conversation, time }, rows)
  await indexMessages(tx, userId, added)
  const generation = {
    id: uuidv7(),
    conversationId: conversation.id,
    messageId: answerId,
    userId,
    model,
    utcOffsetMinutes: turn.utcOffsetMinutes ?? 0,
    createdAt: turn.now,
  }
  await tx.insert(generations).values(generation)
  const records = await unit.append(
    conversation.id,
    added.map((message) => ({ type: 'message-added', message })),
  )
  const updatedAt = new Date(records[0]?.at ?? time)
  const saved = await saveConversation(unit, conversation.id, {
    messageCount: conversation.messageCount + added.length,
    activeMessageId: answerId,
    updatedAt,
  })
  const parentStatus =
    turn.parentStatus === undefined ? await readMessageStatus(unit, conversation.id, question.parentId) : turn.parentStatus
  if (parentStatus === null || !isActive(parentStatus)) await deps.jobs.enqueue(tx, generation)
  return { userMessageId, assistantMessageId: answerId, conversation: saved }
}

/** A clock that goes back does not make a conversation's times go back. */
export function later(one: Date, other: Date): Date {
  return one > other ? one : other
}

/** How a message stands; null where there is none. */
export async function readMessageStatus(
  unit: UnitOfWork,
  conversationId: Id,
  messageId: Id | null,
): Promise<MessageStatus | null> {
  if (messageId === null) return null
  const [row] = await unit.tx
    .select({ status: messages.status })
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), eq(messages.id, messageId)))
  return row?.status ?? null
}

type NewMessage = Pick<Message, 'id' | 'parentId' | 'role' | 'status' | 'parts' | 'model'>

/** Rows that follow each other in the order of the log. @throws Refusal CONFLICT id-taken */
async function insertMessages(
  unit: UnitOfWork,
  place: { conversation: ConversationRow; time: Date },
  rows: readonly NewMessage[],
): Promise<Message[]> {
  const { conversation, time } = place
  // One after the other: an answer refers to its question, and must not be tried when that was refused.
  for (const [index, row] of rows.entries()) {
    const inserted = await unit.tx
      .insert(messages)
      .values({
        ...row,
        conversationId: conversation.id,
        parts: JSON.stringify(row.parts),
        addedSeq: conversation.lastSeq + 1 + index,
        createdAt: time,
        updatedAt: time,
      })
      .onConflictDoNothing({ target: messages.id })
      .returning({ id: messages.id })
    if (inserted.length === 0) throw idTaken(row.role === 'user' ? 'userMessageId' : 'assistantMessageId')
  }
  const siblings = await readSiblings(unit.tx, conversation.id, rows)
  return rows.map((row) => ({
    ...row,
    conversationId: conversation.id,
    siblingIds: siblings.get(row.parentId) ?? [row.id],
    content: partsToContent(row.parts),
    usage: null,
    costMicroUsd: null,
    error: null,
    createdAt: time.toISOString(),
    updatedAt: time.toISOString(),
  }))
}

export function idTaken(path: string): Refusal {
  return new Refusal('CONFLICT', `${path}: is taken`, {
    reason: 'id-taken',
    issues: [{ path, message: 'is taken' }],
  })
}
