import { schema } from '@holdfast/drizzle'
import {
  foldMessage,
  type ConversationEvent,
  type Id,
  type Message,
  type MessageError,
  type Part,
  type TerminalStatus,
  type Usage,
} from '@holdfast/shared'
import { and, eq, inArray } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Audit } from '../../audit/open-audit.ts'
import { appendAndSave, lockActivity } from '../../conversation-store/conversation-row.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Metrics } from '../../platform/metrics.ts'
import type { Span, Traces } from '../../platform/traces.ts'
import { readGenerationEvents } from '../../event-log/read-log.ts'
import type { UnitOfWork } from '../../event-log/unit-of-work.ts'
import type { Models } from '../../models/model.ts'
import { settleMessageUsage } from '../../usage/model-call-ledger.ts'
import { rowsToMessagesAlone } from '../../conversation-store/message-row.ts'
import { indexAlongside } from '../../conversation-store/index-messages.ts'
import { listeningWebhooks, parseListening } from '../../webhooks/listening-webhooks.ts'
import { endToNotice, statusToWebhookEvent } from '../../webhooks/notify-of-answer.ts'
import { recordDeliveries } from '../../webhooks/record-deliveries.ts'
import type { CancelSignals } from '../store/cancel-signals.ts'
import { isMessageFile } from '../store/is-message-file.ts'
import type { GenerationRow } from '../store/generation-row.ts'
import { LeaseLostError } from '../store/lease-lost-error.ts'
import type { GenerationJobs } from '../store/generation-jobs.ts'
import { settleOpenCalls } from '../store/tool-ledger.ts'

const { generations, messages } = schema

export interface Ending {
  readonly status: TerminalStatus
  readonly error?: MessageError
  /** The message with everything that was written for it. */
  readonly message: Message
}

export interface EndDeps {
  readonly jobs: GenerationJobs
  readonly clock: Clock
  readonly audit: Pick<Audit, 'record'>
  readonly models: Pick<Models, 'price' | 'providerOf'>
  readonly metrics: Pick<Metrics, 'answers'>
  readonly traces: Traces
}

/**
 * [E4] Ends a generation in one transaction: its open tool calls, `generation-ended`, the message's row and what is queued behind it.
 * `remarked`: [R18] an answer that would be complete has a remark that its model has not got, so nothing was changed.
 * @throws LeaseLostError when the generation is no longer in the state that the caller saw
 */
export async function endGeneration(
  deps: EndDeps,
  unit: UnitOfWork,
  generation: Pick<GenerationRow, 'id' | 'conversationId' | 'messageId' | 'status' | 'fence' | 'createdAt'>,
  ending: Ending,
): Promise<'ended' | 'remarked'> {
  const { tx } = unit
  const { status, error } = ending
  const now = deps.clock.now()
  const isHeld = and(
    eq(generations.id, generation.id),
    eq(generations.fence, generation.fence),
    eq(generations.status, generation.status),
  )
  const [ended] = await tx
    .update(generations)
    .set({ status, endedAt: now, leaseUntil: null, owner: null })
    .where(status === 'completed' ? and(isHeld, eq(generations.hasRemarks, false)) : isHeld)
    .returning({ hasRemarks: generations.hasRemarks })
  if (!ended) {
    const [held] = await tx.select({ id: generations.id }).from(generations).where(isHeld)
    if (held) return 'remarked'
    throw new LeaseLostError(`generation ${generation.id} is no longer ${generation.status}`)
  }
  const late = ended.hasRemarks ? await readRemarks(tx, generation.id) : []
  const hasCalls = ending.message.parts.some(({ type }) => type === 'tool-call')
  const settled = hasCalls ? await settleOpenCalls(deps.audit, tx, generation.id, now) : []
  const message = foldMessage(
    ending.message,
    [...late, ...settled].map((event) => ({ seq: 1, at: ending.message.updatedAt, event })),
  )
  const { usage, costMicroUsd } = await settleMessageUsage(deps, tx, generation, toLastStepText(message.parts))
  await lockActivity(tx, generation.conversationId)
  const { records, row: conversation } = await appendAndSave(unit, {
    conversationId: generation.conversationId,
    generationId: generation.id,
    events: [
      ...settled,
      {
        type: 'generation-ended',
        messageId: generation.messageId,
        status,
        usage,
        costMicroUsd,
        ...(error ? { error } : {}),
      },
    ],
    set: (last) => ({
      updatedAt: last.at,
      endedSeq: last.seq,
      state: status === 'error' || status === 'interrupted' ? 'error' : 'idle',
    }),
  })
  const last = records.at(-1)
  const updatedAt = last ? new Date(last.at) : now
  const indexing = await indexAlongside(unit, conversation.userId, [message])
  const [saved] = await tx
    .with(...indexing)
    .update(messages)
    .set({
      status,
      parts: JSON.stringify(message.parts),
      model: message.model,
      usage: usage ? JSON.stringify(usage) : null,
      costMicroUsd,
      error: error ? JSON.stringify(error) : null,
      notes: message.notes ? JSON.stringify(message.notes) : null,
      pendingRemarks: message.pendingRemarks ? JSON.stringify(message.pendingRemarks) : null,
      updatedAt,
    })
    .where(eq(messages.id, generation.messageId))
    .returning({ listening: listeningWebhooks(conversation.userId, statusToWebhookEvent(status)) })
  const { userId, title, lastSeq: seq } = conversation
  const notice = endToNotice({ userId, title, message, seq, at: updatedAt }, { status, ...(error ? { error } : {}) })
  await recordDeliveries({ tx, jobs: deps.jobs, now }, parseListening(saved?.listening), notice)
  unit.afterCommit(() => {
    deps.metrics.answers.inc({ status })
    deps.traces.record(generation.id, toSpan(generation, { ...ending, message }, { usage, endedAt: deps.clock.now() }), 'whole')
  })
  // Last: the generations that are cancelled with this one end later, and `updatedAt` is that of the last end.
  await settleQueuedBehind(deps, unit, generation, status === 'cancelled')
  // A model that draws may draw the title, too, and that is paid for.
  const draws = message.parts.some(isMessageFile)
  if (status === 'completed' && conversation.titleSource === 'words' && !draws) {
    await deps.jobs.enqueueTitle(tx, generation.conversationId)
  }
  return 'ended'
}

/** The remarks for an answer, of which its worker does not know those that came since its last step. */
async function readRemarks(tx: Transaction, generationId: Id): Promise<ConversationEvent[]> {
  const records = await readGenerationEvents(tx, [generationId])
  return records.flatMap(({ event }) => (event.type === 'remark-added' ? event : []))
}

function toSpan(
  { conversationId, messageId, createdAt, fence }: Pick<GenerationRow, 'conversationId' | 'messageId' | 'createdAt' | 'fence'>,
  { status, error, message }: Ending,
  { usage, endedAt }: { usage: Usage | null; endedAt: Date },
): Span {
  return {
    name: 'answer',
    startedAt: createdAt,
    endedAt,
    attributes: {
      'holdfast.message_id': messageId,
      'holdfast.conversation_id': conversationId,
      'holdfast.status': status,
      'holdfast.claims': fence,
      'gen_ai.request.model': message.model ?? undefined,
      'gen_ai.usage.input_tokens': usage?.inputTokens,
      'gen_ai.usage.output_tokens': usage?.outputTokens,
    },
    error: error?.code,
  }
}

/** The text of the last step, for a model call that was cut off. Earlier steps have ledger rows of their own. */
function toLastStepText(parts: readonly Part[]): string {
  const lastCall = parts.findLastIndex(({ type }) => type === 'tool-call' || type === 'remark')
  return parts
    .slice(lastCall + 1)
    .map((part) => (part.type === 'text' || part.type === 'reasoning' ? part.text : ''))
    .join('')
}

/** [R5] Starts the generations that are queued behind an answer when it ends. After a cancel they are cancelled too. */
export async function settleQueuedBehind(
  deps: EndDeps,
  unit: UnitOfWork,
  ended: { conversationId: Id; messageId: Id },
  cancel: boolean,
): Promise<void> {
  for (const generation of await readQueuedBehind(unit.tx, ended)) {
    if (cancel) await cancelIdleGeneration(deps, unit, generation)
    else await deps.jobs.enqueue(unit.tx, generation)
  }
}

/** Ends a generation that no worker holds: one that is queued or waits for a person. */
export async function cancelIdleGeneration(deps: EndDeps, unit: UnitOfWork, generation: GenerationRow): Promise<void> {
  const message = await readGenerationMessage(unit.tx, generation)
  if (message) await endGeneration(deps, unit, generation, { status: 'cancelled', message })
}

/** Ends a generation although a worker may run it: the fence keeps the worker from writing, the signal stops its model call. */
export async function endWithoutWorker(
  deps: EndDeps & { cancels: CancelSignals },
  unit: UnitOfWork,
  generation: GenerationRow,
): Promise<void> {
  await cancelIdleGeneration(deps, unit, generation)
  if (generation.status === 'generating') unit.afterCommit(() => deps.cancels.request(generation.id))
}

/** The message of a generation with all that its log says, without its siblings. */
export async function readGenerationMessage(
  tx: Transaction,
  generation: Pick<GenerationRow, 'messageId'>,
): Promise<Message | null> {
  const rows = await tx.select().from(messages).where(eq(messages.id, generation.messageId))
  const [message] = await rowsToMessagesAlone(tx, rows)
  return message ?? null
}

/** The generations of questions below an answer, which wait for its end. */
export async function readQueuedBehind(tx: Transaction, ended: { conversationId: Id; messageId: Id }): Promise<GenerationRow[]> {
  const question = alias(messages, 'question')
  const rows = await tx
    .select({ generation: generations })
    .from(generations)
    .innerJoin(messages, eq(messages.id, generations.messageId))
    .innerJoin(question, eq(question.id, messages.parentId))
    .where(
      and(
        eq(generations.conversationId, ended.conversationId),
        inArray(generations.status, ['queued']),
        eq(question.parentId, ended.messageId),
      ),
    )
    .orderBy(messages.addedSeq)
  return rows.map((row) => row.generation)
}
