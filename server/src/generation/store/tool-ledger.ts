import { schema } from '@holdfast/drizzle'
import type { ConversationEvent, Id, Json } from '@holdfast/shared'
import { and, asc, eq } from 'drizzle-orm'
import type { Audit } from '../../audit/open-audit.ts'
import { refreshActivity } from '../../conversation-store/conversation-row.ts'
import type { UnitOfWork } from '../../event-log/unit-of-work.ts'
import type { RemoteCall } from '../../tools/tool-runner.ts'
import type { Queries, Transaction } from '../../platform/database/database.ts'
import { recordToolCall } from './audit-tool-call.ts'
import {
  applyToolCallChange,
  ToolCallStateError,
  type ToolCallChange,
  type ToolCallRow,
  type ToolCallStep,
} from './tool-call-machine.ts'

const { toolCalls } = schema

export type { ToolCallRow }

/** The calls of a generation in the order in which they were asked for. */
export function readToolCalls(queries: Queries, generationId: Id): Promise<ToolCallRow[]> {
  return queries
    .select()
    .from(toolCalls)
    .where(eq(toolCalls.generationId, generationId))
    .orderBy(asc(toolCalls.step), asc(toolCalls.position))
}

export interface AdvancedCall {
  /** The call in its new state. */
  readonly call: ToolCallRow
  /** The events, as they were appended. */
  readonly events: readonly ConversationEvent[]
}

/**
 * Takes a call from the state that it was read in to the next one: its row, its events in the log and what the conversation is doing, in
 * the caller's transaction.
 * @throws ToolCallStateError when the state does not allow the change, or when the row is no longer in the state of `call`
 */
export async function advanceToolCall(unit: UnitOfWork, call: ToolCallRow, change: ToolCallChange): Promise<AdvancedCall> {
  const { columns, events } = applyToolCallChange(call, change)
  const saved = await saveStep(unit.tx, call, columns)
  await unit.append(call.conversationId, events, call.generationId)
  if (call.state === 'running' || saved.state === 'running') await refreshActivity(unit, call.conversationId)
  return { call: saved, events }
}

/**
 * Ends the calls that an ending generation leaves open: those that had not begun did not happen, the outcome of the others is unknown.
 * @returns the events, for the caller to append together with the end of the generation
 */
export async function settleOpenCalls(
  audit: Pick<Audit, 'record'>,
  tx: Transaction,
  generationId: Id,
  at: Date,
): Promise<ConversationEvent[]> {
  const settled: ConversationEvent[] = []
  for (const call of await readToolCalls(tx, generationId)) {
    if (call.endedAt !== null) continue
    const hasBegun = call.startedAt !== null
    const { columns, events } = applyToolCallChange(
      call,
      hasBegun ? { type: 'lose', error: unknownOutcome, endedAt: at } : { type: 'deny', error: 'cancelled', by: 'ending', at },
    )
    await saveStep(tx, call, columns)
    if (hasBegun && call.state !== 'unknown') await recordToolCall(audit, tx, call, 'unknown')
    settled.push(...events)
  }
  return settled
}

async function saveStep(tx: Transaction, call: ToolCallRow, columns: ToolCallStep['columns']): Promise<ToolCallRow> {
  const { generationId, step, position, callId, state } = call
  const [saved] = await tx
    .update(toolCalls)
    .set(typeof columns.error === 'string' ? { ...columns, error: toStorableText(columns.error) } : columns)
    .where(
      and(
        eq(toolCalls.generationId, generationId),
        eq(toolCalls.step, step),
        eq(toolCalls.position, position),
        eq(toolCalls.state, state),
      ),
    )
    .returning()
  if (!saved) throw new ToolCallStateError(`the call ${callId} is no longer ${state}`)
  return saved
}

const loneHalf = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/**
 * Text of models and tools for a text column, which refuses NUL and lone surrogates. Both are written as JSON escapes: inside JSON they
 * mean the same, and in other text they are still recognizable.
 */
export function toStorableText(text: string): string {
  return text.replaceAll('\0', '\\u0000').replaceAll(loneHalf, (half) => `\\u${half.charCodeAt(0).toString(16)}`)
}

export const unknownOutcome = 'outcome unknown: it may or may not have happened. Check before doing it again.'

/** Whether a call cannot go on without a person: one that asks, or one of which nobody knows what became of it. */
export function needsPerson({ state, endedAt }: Pick<ToolCallRow, 'state' | 'endedAt'>): boolean {
  return state === 'waiting' || (state === 'unknown' && endedAt === null)
}

/** What the server of a call needs in order to go on with it. */
export function readRemote({ remote }: Pick<ToolCallRow, 'remote'>): RemoteCall | null {
  return remote === null ? null : (JSON.parse(remote) as RemoteCall)
}

/**
 * The idempotency key of a call: the same when the call is repeated, in this process or in another. A call that goes on with answers is
 * another request to its server, and has another key.
 */
export function toCallKey(call: Pick<ToolCallRow, 'callId' | 'remote'>): string {
  const round = readRemote(call)?.round ?? 0
  return round === 0 ? call.callId : `${call.callId}.${round}`
}

export function parseJson(text: string): Json {
  const value: unknown = JSON.parse(text)
  return value ?? null
}
