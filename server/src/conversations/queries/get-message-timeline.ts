import { schema } from '@holdfast/drizzle'
import {
  isActive,
  maxTimelineCalls,
  type EventRecord,
  type Id,
  type messagesTimelineInput,
  type messagesTimelineOutput,
} from '@holdfast/shared'
import { and, asc, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { readMessageRow } from '../../conversation-store/read-path.ts'
import { readMessageEvents } from '../../event-log/read-log.ts'
import type { Database, Queries } from '../../platform/database/database.ts'
import { readConsistently } from '../../platform/database/read-consistently.ts'
import { badField } from '../../platform/refusal.ts'

const { generations, modelCalls, toolCalls } = schema

type Timeline = z.infer<typeof messagesTimelineOutput>

/**
 * What happened to an answer, and when, from its log and its ledgers. The log is kept for LOG_KEEP_DAYS; the ledgers stay.
 * @throws Refusal NOT_FOUND; BAD_REQUEST for a question
 */
export function getMessageTimeline(
  deps: { database: Database },
  userId: Id,
  { messageId }: z.output<typeof messagesTimelineInput>,
): Promise<Timeline> {
  return readConsistently(deps.database, async (queries) => {
    const message = await readMessageRow(queries, userId, messageId)
    const runs = await queries
      .select()
      .from(generations)
      .where(eq(generations.messageId, messageId))
      .orderBy(asc(generations.createdAt))
    const last = runs.at(-1)
    if (message.role !== 'assistant') throw badField('messageId', 'is not an answer')
    const calls = await readModelCalls(queries, messageId)
    // An answer that was imported or copied has no history here.
    const since = last?.createdAt.toISOString() ?? ''
    const records = last ? (await readMessageEvents(queries, message)).filter(({ at }) => at >= since) : []
    const ofLast = calls.filter((call) => call.generationId === last?.id)
    const firstTokenAt = timeOf(records, isToken)
    return {
      messageId,
      status: message.status,
      queuedAt: (last ?? message).createdAt.toISOString(),
      startedAt: timeOf(records, ({ event }) => event.type === 'generation-started') ?? toIso(ofLast[0]?.startedAt),
      firstTokenAt,
      endedAt: isActive(message.status) ? null : toIso(last?.endedAt),
      tokensPerSecond: toSpeed(ofLast, firstTokenAt),
      retries: calls.filter((call, index) => isRetried(call, calls[index + 1])).length,
      claims: runs.reduce((sum, { fence }) => sum + fence, 0),
      continuations: Math.max(0, runs.length - 1),
      costMicroUsd: calls.some((call) => call.endedAt !== null && call.costMicroUsd === null)
        ? null
        : calls.reduce((sum, call) => sum + (call.costMicroUsd ?? 0), 0),
      modelCalls: calls.map(({ generationId: _, ...call }) => ({
        ...call,
        startedAt: call.startedAt.toISOString(),
        endedAt: toIso(call.endedAt),
      })),
      toolCalls: await readTools(queries, messageId),
    }
  })
}

function readModelCalls(queries: Queries, messageId: Id) {
  return queries
    .select({
      generationId: modelCalls.generationId,
      step: modelCalls.step,
      provider: modelCalls.provider,
      model: modelCalls.model,
      state: modelCalls.state,
      startedAt: modelCalls.startedAt,
      endedAt: modelCalls.endedAt,
      inputTokens: modelCalls.inputTokens,
      outputTokens: modelCalls.outputTokens,
      cachedInputTokens: modelCalls.cachedInputTokens,
      estimated: modelCalls.estimated,
      costMicroUsd: modelCalls.costMicroUsd,
      errorCode: modelCalls.errorCode,
    })
    .from(modelCalls)
    .where(and(eq(modelCalls.messageId, messageId), eq(modelCalls.purpose, 'answer')))
    .orderBy(asc(modelCalls.startedAt), asc(modelCalls.id))
    .limit(maxTimelineCalls)
}

type ModelCall = Awaited<ReturnType<typeof readModelCalls>>[number]

async function readTools(queries: Queries, messageId: Id): Promise<Timeline['toolCalls']> {
  const rows = await queries
    .select()
    .from(toolCalls)
    .where(eq(toolCalls.messageId, messageId))
    .orderBy(asc(toolCalls.createdAt), asc(toolCalls.step), asc(toolCalls.position))
    .limit(maxTimelineCalls)
  return rows.map(({ callId, step, name, state, createdAt, startedAt, endedAt }) => ({
    callId,
    step,
    name,
    state,
    createdAt: createdAt.toISOString(),
    startedAt: toIso(startedAt),
    endedAt: toIso(endedAt),
  }))
}

function isToken({ event }: EventRecord): boolean {
  return event.type === 'text-delta' || event.type === 'reasoning-delta'
}

function timeOf(records: readonly EventRecord[], isWanted: (record: EventRecord) => boolean): string | null {
  return records.find(isWanted)?.at ?? null
}

/** The same step was asked for again in the same run. */
function isRetried(call: ModelCall, next: ModelCall | undefined): boolean {
  return call.state === 'failed' && next?.generationId === call.generationId && next.step === call.step
}

/** Over the calls that wrote, from the first token on: what came before it was waiting, or the calls of tools. */
function toSpeed(calls: readonly ModelCall[], firstTokenAt: string | null): number | null {
  const from = firstTokenAt === null ? 0 : Date.parse(firstTokenAt)
  const wrote = calls.filter(({ state, endedAt }) => state === 'completed' && Number(endedAt) > from)
  const ms = wrote.reduce((sum, { startedAt, endedAt }) => sum + Number(endedAt) - Math.max(Number(startedAt), from), 0)
  const tokens = wrote.reduce((sum, { outputTokens }) => sum + outputTokens, 0)
  return ms > 0 ? (tokens * 1_000) / ms : null
}

function toIso(time: Date | null | undefined): string | null {
  return time?.toISOString() ?? null
}
