import { schema } from '@holdfast/drizzle'
import { isActive, type Id, type Message, type Part } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Config } from '../config.ts'
import { saveConversation, type ConversationRow } from '../conversations/conversation-row.ts'
import type { GenerationJobs } from '../generation/jobs.ts'
import type { UnitOfWork } from '../log/unit-of-work.ts'
import type { Logger } from '../logger.ts'
import type { Models } from '../models/model.ts'
import { Refusal } from '../refusal.ts'
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
  const place = { conversation, time }
  const added: Message[] = []
  let userMessageId: Id
  if ('existingId' in question) userMessageId = question.existingId
  else {
    const parts: Part[] = [{ type: 'text', text: question.content }]
    const message = await insertMessage(unit, place, added.length, {
      id: question.id,
      parentId: question.parentId,
      role: 'user',
      status: 'completed',
      parts,
      model: null,
      path: 'userMessageId',
    })
    userMessageId = message.id
    added.push({ ...message, content: question.content })
  }
  const model = turn.model ?? conversation.model ?? deps.models.defaultModel
  const answer = await insertMessage(unit, place, added.length, {
    id: turn.answerId,
    parentId: userMessageId,
    role: 'assistant',
    status: 'queued',
    parts: [],
    model,
    path: 'assistantMessageId',
  })
  added.push(answer)
  const generation = {
    id: uuidv7(),
    conversationId: conversation.id,
    messageId: answer.id,
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
    activeMessageId: answer.id,
    updatedAt,
  })
  if (!(await isAnswerActive(unit, conversation.id, question.parentId))) await deps.jobs.enqueue(tx, generation)
  return { userMessageId, assistantMessageId: answer.id, conversation: saved }
}

/** A clock that goes back does not make a conversation's times go back. */
export function later(one: Date, other: Date): Date {
  return one > other ? one : other
}

async function isAnswerActive(unit: UnitOfWork, conversationId: Id, messageId: Id | null): Promise<boolean> {
  if (messageId === null) return false
  const [row] = await unit.tx
    .select({ status: messages.status })
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), eq(messages.id, messageId)))
  return row !== undefined && isActive(row.status)
}

async function insertMessage(
  unit: UnitOfWork,
  place: { conversation: ConversationRow; time: Date },
  index: number,
  input: Pick<Message, 'parentId' | 'role' | 'status' | 'parts' | 'model'> & { id: Id | undefined; path: string },
): Promise<Message> {
  const { conversation, time } = place
  const id = input.id ?? uuidv7()
  const { parentId, role, status, parts, model } = input
  // The question and its answer were given the same id.
  if (id === parentId) throw idTaken(input.path)
  const inserted = await unit.tx
    .insert(messages)
    .values({
      id,
      conversationId: conversation.id,
      parentId,
      role,
      status,
      parts: JSON.stringify(parts),
      model,
      addedSeq: conversation.lastSeq + 1 + index,
      createdAt: time,
      updatedAt: time,
    })
    .onConflictDoNothing({ target: messages.id })
    .returning({ id: messages.id })
  if (inserted.length === 0) throw idTaken(input.path)
  const siblings = await readSiblings(unit.tx, conversation.id, [{ parentId }])
  return {
    id,
    conversationId: conversation.id,
    parentId,
    siblingIds: siblings.get(parentId) ?? [id],
    role,
    status,
    content: '',
    parts,
    model,
    usage: null,
    costMicroUsd: null,
    error: null,
    createdAt: time.toISOString(),
    updatedAt: time.toISOString(),
  }
}

export function idTaken(path: string): Refusal {
  return new Refusal('CONFLICT', `${path}: is taken`, {
    reason: 'id-taken',
    issues: [{ path, message: 'is taken' }],
  })
}
