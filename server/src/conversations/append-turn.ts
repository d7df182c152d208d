import { schema } from '@holdfast/drizzle'
import { isActive, partsToContent, type ConversationEvent, type Id, type Message, type Part } from '@holdfast/shared'
import { and, asc, eq, inArray, isNull, or, type SQL } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import {
  appendAndAnnounce,
  appendAndSave,
  refreshActivity,
  type ConversationRow,
} from '../conversation-store/conversation-row.ts'
import type { GenerationJobs } from '../generation/store/generation-jobs.ts'
import type { GenerationRow } from '../generation/store/generation-row.ts'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'
import type { Transaction } from '../platform/database/database.ts'
import { errorToCode } from '../platform/error-codes.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/logger.ts'
import type { Traces } from '../platform/traces.ts'
import { chooseModel, type ModelDirectory } from '../models/model-directory.ts'
import { idTaken } from '../platform/refusal.ts'
import { indexAlongside, indexTitle } from '../conversation-store/index-messages.ts'
import { checkQuestion, type LimitDeps } from '../limits/check-question.ts'
import { attachFiles } from './compose-question.ts'

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
  /** Called with the message that the question answers, before anything is written. Null: it is the first. May refuse it. */
  readonly checkParent?: (parent: TurnParent | null) => void
  /** Columns of the conversation that change with the turn, and are announced in its log as they are then. */
  readonly announced?: { readonly title?: string; readonly titleSource?: ConversationRow['titleSource'] } | undefined
}

/** What is read of the message under which a question hangs. */
export type TurnParent = Pick<typeof messages.$inferSelect, 'status' | 'deletedAt'>

/**
 * Adds a turn to a conversation whose lock is held: message rows, generation, events, job. Below an active answer the new one is queued
 * without a job; the transaction that ends the other one enqueues it. @throws Refusal CONFLICT id-taken, TOO_MANY_REQUESTS
 */
export async function appendTurn(
  deps: AppendTurnDeps,
  unit: UnitOfWork,
  turn: Turn,
): Promise<{ userMessageId: Id; assistantMessageId: Id }> {
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
  const { parent, siblings } = await readSurroundings(tx, conversation, question)
  turn.checkParent?.(parent)
  const added = await insertMessages(unit, { conversation, time, siblings }, rows)
  const indexing = await indexAlongside(unit, userId, added)
  const generation = {
    id: uuidv7(),
    conversationId: conversation.id,
    messageId: answerId,
    userId,
    model,
    utcOffsetMinutes: turn.utcOffsetMinutes ?? 0,
    createdAt: turn.now,
  }
  await tx
    .with(...indexing)
    .insert(generations)
    .values(generation)
  await attachFiles(tx, added)
  const changes = { messageCount: conversation.messageCount + added.length, activeMessageId: answerId, ...turn.announced }
  const appending = {
    conversationId: conversation.id,
    events: added.map((message): ConversationEvent => ({ type: 'message-added', message })),
    at: turn.now,
    set: (last: { at: SQL }) => ({ ...changes, updatedAt: last.at }),
  }
  if (turn.announced) {
    const busy = { state: 'thinking', hasActiveGeneration: true } as const
    await appendAndAnnounce(unit, appending, { ...conversation, ...changes, ...busy, updatedAt: time })
  } else await appendAndSave(unit, appending)
  if (turn.announced?.title !== undefined) await indexTitle(tx, userId, conversation.id, turn.announced.title)
  if (parent === null || !isActive(parent.status)) await deps.jobs.enqueue(tx, generation, active)
  recordSend(deps, unit, generation)
  return { userMessageId, assistantMessageId: answerId }
}

/**
 * Gives an answer a further generation, which goes on in the same message. The conversation's lock is held.
 * @throws Refusal TOO_MANY_REQUESTS
 */
export async function appendContinuation(
  deps: AppendTurnDeps,
  unit: UnitOfWork,
  input: { readonly conversation: ConversationRow; readonly message: Message; readonly model: string | null; readonly now: Date },
): Promise<Pick<GenerationRow, 'id' | 'conversationId' | 'messageId' | 'model'>> {
  const { tx } = unit
  const { conversation, message, model, now } = input
  const { id: conversationId, userId } = conversation
  const { active } = await checkQuestion(deps, tx, { userId, now })
  const generation = {
    id: uuidv7(),
    conversationId,
    messageId: message.id,
    userId,
    model: chooseModel(deps.models.forUser(userId), model),
    continues: true,
    createdAt: now,
  }
  await tx.insert(generations).values(generation)
  const [queued] = await unit.append(
    conversationId,
    [{ type: 'generation-queued', messageId: message.id, message }],
    generation.id,
  )
  await tx
    .update(messages)
    .set({ status: 'queued', error: null, updatedAt: new Date(queued?.at ?? now) })
    .where(eq(messages.id, message.id))
  await refreshActivity(unit, conversationId)
  await deps.jobs.enqueue(tx, generation, active)
  recordSend(deps, unit, generation)
  return generation
}

/** The trace of an answer begins with the command that asks for it. */
function recordSend(
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

interface Surroundings {
  /** Null: the question is the first of its conversation, or hangs below nothing that exists. */
  readonly parent: TurnParent | null
  /** The existing children of a message, by its id; those of null are the first questions. */
  readonly siblings: ReadonlyMap<Id | null, readonly Id[]>
}

/** What a turn hangs below and beside, in one statement. The lock of the conversation is held: it does not change any more. */
async function readSurroundings(
  tx: Transaction,
  { id, lastSeq }: ConversationRow,
  question: Turn['question'],
): Promise<Surroundings> {
  const siblings = new Map<Id | null, Id[]>()
  const { parentId } = question
  // Nothing can be in a conversation that was made in this transaction.
  if (lastSeq === 0) return { parent: null, siblings }
  const above = [parentId, 'existingId' in question ? question.existingId : null].filter((one) => one !== null)
  const rows = await tx
    .select({ id: messages.id, parentId: messages.parentId, status: messages.status, deletedAt: messages.deletedAt })
    .from(messages)
    .where(
      and(
        eq(messages.conversationId, id),
        or(
          parentId === null ? isNull(messages.parentId) : undefined,
          above.length === 0 ? undefined : or(inArray(messages.id, above), inArray(messages.parentId, above)),
        ),
      ),
    )
    .orderBy(asc(messages.addedSeq))
  for (const row of rows) {
    if (row.deletedAt !== null) continue
    siblings.set(row.parentId, [...(siblings.get(row.parentId) ?? []), row.id])
  }
  return { parent: rows.find((row) => parentId !== null && row.id === parentId) ?? null, siblings }
}

type NewMessage = Pick<Message, 'id' | 'parentId' | 'role' | 'status' | 'parts' | 'model'>

/** Inserts messages in the order of the log. @throws Refusal CONFLICT id-taken */
async function insertMessages(
  unit: UnitOfWork,
  { conversation, time, siblings }: { conversation: ConversationRow; time: Date } & Pick<Surroundings, 'siblings'>,
  rows: readonly NewMessage[],
): Promise<Message[]> {
  const values = rows.map((row, index) => ({
    ...row,
    conversationId: conversation.id,
    parts: JSON.stringify(row.parts),
    addedSeq: conversation.lastSeq + 1 + index,
    createdAt: time,
    updatedAt: time,
  }))
  const inserted = await unit.tx
    .insert(messages)
    .values(values)
    .onConflictDoNothing({ target: messages.id })
    .returning({ id: messages.id })
    .catch((error: unknown) => {
      // An answer references its question, whose insert was refused because it is another conversation's.
      throw errorToCode(error) === foreignKeyViolation ? idTaken('userMessageId') : error
    })
  const ids = new Set(inserted.map(({ id }) => id))
  const refused = rows.find(({ id }) => !ids.has(id))
  if (refused) throw idTaken(refused.role === 'user' ? 'userMessageId' : 'assistantMessageId')
  return rows.map((row) => ({
    ...row,
    conversationId: conversation.id,
    siblingIds: [...(siblings.get(row.parentId) ?? []), row.id],
    content: partsToContent(row.parts),
    usage: null,
    costMicroUsd: null,
    error: null,
    createdAt: time.toISOString(),
    updatedAt: time.toISOString(),
  }))
}

const foreignKeyViolation = '23503'
