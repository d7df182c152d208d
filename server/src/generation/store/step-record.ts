import { schema } from '@holdfast/drizzle'
import type { Id, Message } from '@holdfast/shared'
import { and, asc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { Queries } from '../../platform/database/database.ts'
import type { ModelReplay, ToolCallExtra } from '../../models/model.ts'

const { generations, modelCalls, toolCalls } = schema

/** Which of a message's calls belong to one step, and what the model that made a step wants back with it. */
export interface StepRecord {
  /** The step of a call, by `callId`. */
  readonly stepOf: ReadonlyMap<string, string>
  readonly extras: ReadonlyMap<string, ToolCallExtra>
  readonly replays: ReadonlyMap<string, ModelReplay>
  /** The newest step without calls of a message, by message id. */
  readonly lastStepOf: ReadonlyMap<Id, string>
}

/** Extras and replays are read for `model` only: they mean something to the model that wrote them and to no other. */
export async function readStepRecord(queries: Queries, path: readonly Message[], model: string): Promise<StepRecord> {
  const messageIds = path.map((message) => message.id)
  const withCalls = path.filter(({ parts }) => parts.some((part) => part.type === 'tool-call')).map((message) => message.id)
  const calls = await readCalls(queries, withCalls)
  const kept = await queries
    .select()
    .from(modelCalls)
    .where(and(inArray(modelCalls.messageId, messageIds), eq(modelCalls.model, model), isNotNull(modelCalls.replay)))
    .orderBy(asc(modelCalls.startedAt))
  const stepOf = new Map(calls.map(({ call }) => [call.callId, toKey(call.generationId, call.step)]))
  const stepsWithCalls = new Set(stepOf.values())
  const replays = new Map<string, ModelReplay>()
  const lastStepOf = new Map<Id, string>()
  for (const { generationId, step, messageId, replay } of kept) {
    const key = toKey(generationId, step)
    if (replay !== null) replays.set(key, JSON.parse(replay) as ModelReplay)
    if (messageId !== null && !stepsWithCalls.has(key)) lastStepOf.set(messageId, key)
  }
  const extras = new Map(
    calls.flatMap(({ call, model: by }) =>
      call.extra !== null && by === model ? [[call.callId, JSON.parse(call.extra) as ToolCallExtra] as const] : [],
    ),
  )
  return { stepOf, extras, replays, lastStepOf }
}

async function readCalls(queries: Queries, messageIds: readonly Id[]) {
  if (messageIds.length === 0) return []
  // Another model than the answer began with may have made a step.
  const asked = and(
    eq(modelCalls.generationId, toolCalls.generationId),
    eq(modelCalls.step, toolCalls.step),
    eq(modelCalls.state, 'completed'),
  )
  return queries
    .select({ call: toolCalls, model: sql<string>`coalesce(${modelCalls.model}, ${generations.model})` })
    .from(toolCalls)
    .innerJoin(generations, eq(generations.id, toolCalls.generationId))
    .leftJoin(modelCalls, asked)
    .where(inArray(toolCalls.messageId, [...messageIds]))
}

function toKey(generationId: Id | null, step: number): string {
  return `${generationId}/${step}`
}
