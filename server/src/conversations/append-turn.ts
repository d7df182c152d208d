import { schema } from '@holdfast/drizzle'
import { isActive, partsToContent, type Id, type Message, type MessageStatus, type Part } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { saveConversation, type ConversationRow } from '../conversation-store/conversation-row.ts'
import type { GenerationJobs } from '../generation/store/generation-jobs.ts'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/logger.ts'
import type { Traces } from '../platform/traces.ts'
import { chooseModel, type ModelDirectory } from '../models/model-directory.ts'
import { idTaken } from '../platform/refusal.ts'
import { indexMessages } from '../conversation-store/index-messages.ts'
import { checkQuestion, type LimitDeps } from '../limits/check-question.ts'
import { attachFiles } from './compose-question.ts'
import { readSiblings } from '../conversation-store/message-row.ts'

const { generations, messages } = schema

export interface AppendTurnDeps extends LimitDeps {
  readonly jobs: GenerationJobs
  readonly logger: Logger
  readonly clock: Clock
  readonly traces: Traces
  readonly models: ModelDirectory
}

/** A question with its answer, or another answer to an existing question. */
export interface Turn {
  readonly conversation: ConversationRow
  readonly now: Date
  readonly question:
    | { readonly id: Id | undefined; readonly parentId: Id | null; readonly parts: Part[] }
    | { readonly existingId: Id; readonly parentId: Id | null }
  readonly answerId: Id | undefined
  readonly model: string | undefined
  readonly utcOffsetMinutes: number | undefined
  /** Status of the question's parent; read here if the caller does not know it. */
  readonly parentStatus?: MessageStatus | null
}

/**
 * Adds a turn to a conversation whose lock is held: message rows, generation, events, job. Below an active answer the new one is queued
 * without a job; the transaction that ends the other one enqueues it. @throws Refusal CONFLICT id-taken, TOO_MANY_REQUESTS
 */
export async function appendTurn(
  deps: AppendTurnDeps,
  unit: UnitOfWork,
  turn: Turn,
): Promise<{ userMessageId: Id; assistantMessageId: Id; conversation: ConversationRow }> {
  const { tx } = unit
  const { conversation, question } = turn
  const { userId } = conversation
  const { active } = await checkQuestion(deps, tx, { userId, now: turn.now })
  const time = later(conversation.lastEventAt, turn.now)
  const isNew = !('existingId' in question)
  const userMessageId = isNew ? (question.id ?? uuidv7()) : question.existingId
  const answerId = turn.answerId ?? uuidv7()
  // The client chose the same id for the question and its answer.
  if (answerId === userMessageId) throw idTaken('assistantMessageId')
  const model = chooseModel(deps.models.forUser(userId), turn.model ?? conversation.model)
  const rows: NewMessage[] = [{ id: answerId, parentId: userMessageId, role: 'assistant', status: 'queued', parts: [], model }]
  if (isNew) {
    const { parts } = question
    rows.unshift({ id: userMessageId, parentId: question.parentId, role: 'user', status: 'completed', parts, model: null })
  }
  const added = await insertMessages(unit, { conversation, time }, rows)
  await indexMessages(unit, userId, added)
  await attachFiles(tx, added)
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
  if (parentStatus === null || !isActive(parentStatus)) await deps.jobs.enqueue(tx, generation, active)
  recordSend(deps, unit, generation)
  return { userMessageId, assistantMessageId: answerId, conversation: saved }
}

/** The trace of an answer begins with the command that asks for it. */
export function recordSend(
  { traces, clock }: Pick<AppendTurnDeps, 'traces' | 'clock'>,
  unit: UnitOfWork,
  generation: { id: Id; conversationId: Id; messageId: Id; createdAt: Date },
): void {
  unit.afterCommit(() => {
    const attributes = { 'holdfast.message_id': generation.messageId, 'holdfast.conversation_id': generation.conversationId }
    traces.record(generation.id, { name: 'send', startedAt: generation.createdAt, endedAt: clock.now(), attributes })
  })
}

/** The later of two times: a conversation's times never go back, even if the clock does. */
export function later(one: Date, other: Date): Date {
  return one > other ? one : other
}

/** The status of a message; null if there is none. */
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

/** Inserts messages in the order of the log. @throws Refusal CONFLICT id-taken */
async function insertMessages(
  unit: UnitOfWork,
  place: { conversation: ConversationRow; time: Date },
  rows: readonly NewMessage[],
): Promise<Message[]> {
  const { conversation, time } = place
  // One after the other: an answer references its question, whose insert may be refused.
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
