import { schema } from '@holdfast/drizzle'
import { firstWords, maxTitleFromWordsLength, partsToContent, type Id, type Part } from '@holdfast/shared'
import { and, desc, eq, inArray } from 'drizzle-orm'
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { appendContinuation, appendTurn, type AppendTurnDeps } from '../conversations/append-turn.ts'
import { composeQuestion, type ComposeDeps } from '../conversations/compose-question.ts'
import { resumeWhenDecided } from '../conversations/settle-approval.ts'
import { lockConversation, type ConversationRow } from '../conversation-store/conversation-row.ts'
import { doOnce } from '../conversation-store/idempotent-request.ts'
import { rowsToMessagesAlone } from '../conversation-store/message-row.ts'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../event-log/unit-of-work.ts'
import type { AnswerFiles } from '../files/answer-files.ts'
import type { GenerationRow } from '../generation/store/generation-row.ts'
import { advanceToolCall, readToolCalls } from '../generation/store/tool-ledger.ts'
import { writeConversation, type SettledMessage } from '../imports/write-conversation.ts'
import type { Logger } from '../platform/logger.ts'
import { badParam } from './api-error.ts'
import type { CallerFile, CallerInput } from './requests/caller-input.ts'
import {
  findEarlierRequest,
  hashPrefix,
  messagesToTurns,
  splitMessages,
  textToResult,
  type Asked,
  type Question,
} from './requests/message-turns.ts'
import { readResponseRow, type ApiResponse } from './response-row.ts'

const { apiResponses, generations, messages, toolCalls } = schema

export interface StartDeps extends UnitOfWorkDeps, AppendTurnDeps {
  readonly answerFiles: AnswerFiles
  readonly logger: Logger
}

/** A fixed namespace that keeps the keys of programs apart from other request ids. */
const keyNamespace = 'b0c2b6c5-3c0b-4a4e-8c0e-6f4f8d1f2a55'
const startedSchema = z.object({ id: z.string() })

/**
 * Stores what a program asks, and the job that answers it, in one transaction. It goes on with the conversation that it names, with the
 * response that it follows, with the tool calls whose results it brings, or with the chat that it repeats; otherwise it begins a
 * conversation. A repeat with the same `idempotencyKey` gives the same response.
 * @throws ApiError, Refusal
 */
export async function startResponse(
  deps: StartDeps,
  userId: Id,
  input: CallerInput,
  idempotencyKey: string | null,
): Promise<ApiResponse> {
  const asked = splitMessages(input)
  const kept = await keepFiles(deps, userId, input)
  const now = deps.clock.now()
  const { id } = await transact(deps, (unit) => {
    const start = async () => ({ id: await writeResponse(deps, unit, { userId, input, asked, kept, now }) })
    if (idempotencyKey === null) return start()
    const requestId = uuidv5(idempotencyKey, keyNamespace)
    const body = { ...input, messages: hashPrefix(input.messages), asked: asked.results }
    return doOnce(unit.tx, { userId, requestId, procedure: `v1 ${input.kind}`, body, now }, startedSchema, start)
  })
  return readResponseRow(deps.database.queries, userId, id)
}

interface Request {
  readonly userId: Id
  readonly input: CallerInput
  readonly asked: Asked
  readonly kept: ReadonlyMap<CallerFile, Id>
  readonly now: Date
}

async function writeResponse(deps: StartDeps, unit: UnitOfWork, request: Request): Promise<Id> {
  const { userId, input, asked, now } = request
  const place = asked.question === null ? await giveResults(deps, unit, request) : null
  const { generation, afterSeq, firstPart } = place ?? (await askQuestion(deps, unit, request))
  const id = uuidv7()
  const { messages: _, caller, stream: _stream, ...rest } = input
  await unit.tx
    .update(generations)
    .set({ callerRequest: JSON.stringify(caller) })
    .where(eq(generations.id, generation.id))
  await unit.tx.insert(apiResponses).values({
    id,
    userId,
    kind: input.kind,
    conversationId: generation.conversationId,
    messageId: generation.messageId,
    generationId: generation.id,
    afterSeq,
    firstPart,
    model: generation.model,
    request: JSON.stringify({ ...rest, caller }),
    prefixHash: input.kind === 'chat' ? hashPrefix(input.messages) : null,
    createdAt: now,
  })
  return id
}

interface Place {
  readonly generation: Pick<GenerationRow, 'id' | 'conversationId' | 'messageId' | 'model'>
  /** The end of the log before anything of this response. */
  readonly afterSeq: number
  readonly firstPart: number
}

/** Gives the results of tools to the answer that waits for them. Null: none does, so the program knows the calls from elsewhere. */
async function giveResults(deps: StartDeps, unit: UnitOfWork, { userId, input, asked, now }: Request): Promise<Place | null> {
  const callIds = asked.results.map(({ callId }) => callId)
  const [found] = await unit.tx
    .select({ generation: generations })
    .from(toolCalls)
    .innerJoin(generations, eq(generations.id, toolCalls.generationId))
    .where(
      and(
        eq(toolCalls.userId, userId),
        inArray(toolCalls.callId, callIds),
        eq(toolCalls.state, 'waiting'),
        eq(generations.status, 'waiting'),
      ),
    )
    .limit(1)
  if (found?.generation.callerRequest === undefined || found.generation.callerRequest === null) {
    if (input.previousResponseId === null) return null
    throw badParam('input', 'no tool call of the response before waits for these results')
  }
  const { generation } = found
  const conversation = await lockConversation(unit.tx, userId, generation.conversationId)
  await unit.tx.select().from(generations).where(eq(generations.id, generation.id)).for('update')
  const waiting = (await readToolCalls(unit.tx, generation.id)).filter(({ state }) => state === 'waiting')
  const missing = waiting.find(({ callId }) => !callIds.includes(callId))
  if (missing)
    throw badParam(input.kind === 'chat' ? 'messages' : 'input', `there is no result of the tool call ${missing.callId}`)
  for (const call of waiting) {
    const text = asked.results.find(({ callId }) => callId === call.callId)?.text ?? ''
    const durationMs = now.getTime() - call.createdAt.getTime()
    await advanceToolCall(unit, call, { type: 'finish', outcome: { result: textToResult(text) }, durationMs, at: now })
  }
  const message = await readMessage(unit, generation.messageId)
  await resumeWhenDecided(deps, unit, generation)
  return { generation, afterSeq: conversation.lastSeq, firstPart: message?.parts.length ?? 0 }
}

async function askQuestion(deps: StartDeps, unit: UnitOfWork, request: Request): Promise<Place> {
  const { input, asked, now } = request
  const { question } = asked
  const place = (await findPlace(unit, request)) ?? (await createConversation(unit, request))
  const { conversation, parentId } = place
  if (question === null) return continueAnswer(deps, unit, { conversation, messageId: parentId, input, now })
  const parts = await toParts(unit, request, question)
  const { assistantMessageId } = await appendTurn(deps, unit, {
    conversation,
    now,
    question: { id: undefined, parentId, parts },
    answerId: undefined,
    model: input.model,
    utcOffsetMinutes: undefined,
  })
  const [generation] = await unit.tx.select().from(generations).where(eq(generations.messageId, assistantMessageId))
  if (!generation) throw new Error('the generation of a new answer is missing')
  return { generation, afterSeq: conversation.lastSeq, firstPart: 0 }
}

interface ConversationPlace {
  readonly conversation: ConversationRow
  /** The message that the question goes below. */
  readonly parentId: Id | null
}

/** Where a request goes on. Null: nowhere. @throws ApiError, Refusal NOT_FOUND */
async function findPlace(unit: UnitOfWork, { userId, input, asked }: Request): Promise<ConversationPlace | null> {
  const { tx } = unit
  if (input.previousResponseId !== null) {
    const { conversationId, messageId } = await readResponseRow(tx, userId, input.previousResponseId)
    const conversation = await lockConversation(tx, userId, conversationId)
    const message = await readMessage(unit, messageId)
    const call =
      message?.status === 'waiting' ? message.parts.find((part) => part.type === 'tool-call' && part.state === 'waiting') : null
    if (call?.type === 'tool-call') throw badParam('input', `there is no result of the tool call ${call.callId}`)
    return { conversation, parentId: messageId }
  }
  const earlier = findEarlierRequest(asked)
  if (earlier) {
    const rows = await tx
      .select()
      .from(apiResponses)
      .where(and(eq(apiResponses.userId, userId), eq(apiResponses.prefixHash, earlier.hash)))
      .orderBy(desc(apiResponses.createdAt))
      .limit(20)
    for (const { conversationId, messageId } of rows) {
      if (input.conversationId !== null && input.conversationId !== conversationId) continue
      const message = await readMessage(unit, messageId)
      if (message?.role === 'assistant' && message.content === earlier.answer) {
        return { conversation: await lockConversation(tx, userId, conversationId), parentId: messageId }
      }
    }
  }
  if (input.conversationId === null) return null
  const conversation = await lockConversation(tx, userId, input.conversationId)
  return { conversation, parentId: conversation.activeMessageId }
}

/** A conversation with what the program says was said before. */
async function createConversation(unit: UnitOfWork, request: Request): Promise<ConversationPlace> {
  const { userId, input, asked, now } = request
  const conversationId = uuidv7()
  const turns = messagesToTurns(asked.question === null ? [...asked.history, ...asked.results] : asked.history)
  const history: SettledMessage[] = []
  for (const turn of turns) {
    const sourceId = uuidv7()
    history.push({
      sourceId,
      parentSourceId: history.at(-1)?.sourceId ?? null,
      role: turn.role,
      parts: turn.role === 'user' ? await toParts(unit, request, turn) : turn.parts,
      status: 'completed',
      model: turn.role === 'user' ? null : (input.model ?? null),
      usage: null,
      costMicroUsd: null,
      error: null,
      notes: [],
      reactions: [],
      createdAt: now,
      updatedAt: now,
    })
  }
  const said = asked.question?.text ?? partsToContent(history.find(({ role }) => role === 'user')?.parts ?? [])
  const title = firstWords(said, maxTitleFromWordsLength)
  await writeConversation(unit, {
    userId,
    source: 'holdfast',
    now,
    conversation: {
      type: 'conversation',
      sourceId: conversationId,
      // A title of its own: a model is not asked for one for each call of a program.
      title: title === '' ? (asked.question?.files.length ? 'Files' : null) : title,
      createdAt: now,
      updatedAt: now,
      instructions: input.caller.instructions === '' ? null : input.caller.instructions,
      model: input.model ?? null,
      pinned: false,
      archived: false,
      unread: false,
      failed: false,
      activeSourceId: null,
      messages: history,
      problems: [],
    },
  })
  return { conversation: await lockConversation(unit.tx, userId, conversationId), parentId: history.at(-1)?.sourceId ?? null }
}

/** Lets a model go on with an answer whose tools have run elsewhere. */
async function continueAnswer(
  deps: StartDeps,
  unit: UnitOfWork,
  { conversation, messageId, input, now }: { conversation: ConversationRow; messageId: Id | null; input: CallerInput; now: Date },
): Promise<Place> {
  const message = messageId === null ? null : await readMessage(unit, messageId)
  if (message?.role !== 'assistant') throw badParam('messages', 'the results of tools must follow the calls')
  const model = input.model ?? conversation.model
  const generation = await appendContinuation(deps, unit, { conversation, message, model, now })
  return { generation, afterSeq: conversation.lastSeq, firstPart: message.parts.length }
}

async function readMessage({ tx }: UnitOfWork, messageId: Id) {
  const rows = await tx.select().from(messages).where(eq(messages.id, messageId))
  return (await rowsToMessagesAlone(tx, rows))[0] ?? null
}

/** The limit is that of the composer: a program's question may be as long as a whole request. */
const withoutLimit: ComposeDeps = { config: { messageMaxCharacters: Number.POSITIVE_INFINITY } }

/** Files that came with the messages become the user's; then all are found by their ids, as those that the page sends. */
async function toParts({ tx }: UnitOfWork, { userId, kept }: Request, { text, files }: Question): Promise<Part[]> {
  const ownIds = files.flatMap((file) => kept.get(file) ?? [])
  if (ownIds.length > 0) await tx.update(schema.files).set({ deletedAt: null }).where(inArray(schema.files.id, ownIds))
  const fileIds = files.map((file) => ('fileId' in file ? file.fileId : (kept.get(file) ?? '')))
  return composeQuestion(withoutLimit, tx, userId, { content: text, fileIds })
}

/** Keeps the content that came with the messages, before the transaction. */
async function keepFiles(deps: StartDeps, userId: Id, { kind, messages: asked }: CallerInput): Promise<Map<CallerFile, Id>> {
  const kept = new Map<CallerFile, Id>()
  for (const [index, message] of asked.entries()) {
    if (message.role !== 'user') continue
    for (const file of message.files) {
      if ('fileId' in file) continue
      const result = await deps.answerFiles.keep(userId, file)
      if ('refused' in result) throw badParam(`${kind === 'chat' ? 'messages' : 'input'}[${index}].content`, result.refused)
      kept.set(file, result.file.id)
    }
  }
  return kept
}
