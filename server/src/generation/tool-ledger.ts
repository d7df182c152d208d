import { schema } from '@holdfast/drizzle'
import type { ConversationEvent, Id, Json } from '@holdfast/shared'
import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Queries, Transaction } from '../database/database.ts'

const { toolCalls } = schema

export type ToolCallRow = typeof toolCalls.$inferSelect

/** The calls of a generation in the order in which they were asked for. */
export function readToolCalls(queries: Queries, generationId: Id): Promise<ToolCallRow[]> {
  return queries
    .select()
    .from(toolCalls)
    .where(eq(toolCalls.generationId, generationId))
    .orderBy(asc(toolCalls.step), asc(toolCalls.position))
}

/** Writes columns of one call, while it has not ended. False: it had. */
export async function saveToolCall(
  tx: Transaction,
  call: Pick<ToolCallRow, 'generationId' | 'step' | 'position'>,
  changes: Partial<typeof toolCalls.$inferInsert>,
): Promise<boolean> {
  const saved = await tx
    .update(toolCalls)
    .set(typeof changes.error === 'string' ? { ...changes, error: toStorableText(changes.error) } : changes)
    .where(
      and(
        eq(toolCalls.generationId, call.generationId),
        eq(toolCalls.step, call.step),
        eq(toolCalls.position, call.position),
        isNull(toolCalls.endedAt),
      ),
    )
    .returning({ position: toolCalls.position })
  return saved.length > 0
}

/** What is said of calls that an ending generation leaves open: those that had not begun did not happen, of the others nobody knows. */
export async function settleOpenCalls(tx: Transaction, generationId: Id, now: Date): Promise<ConversationEvent[]> {
  const open = (await readToolCalls(tx, generationId)).filter((call) => call.endedAt === null)
  const events: ConversationEvent[] = []
  for (const call of open) {
    const ran = call.state === 'running'
    const state = ran ? 'unknown' : 'denied'
    const error = ran ? unknownOutcome : 'cancelled'
    await saveToolCall(tx, call, { state, error, endedAt: now, expiresAt: null })
    events.push(
      { type: 'tool-call-updated', messageId: call.messageId, callId: call.callId, state, expiresAt: null },
      { type: 'tool-result', messageId: call.messageId, callId: call.callId, error },
    )
  }
  return events
}

const loneHalf = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/**
 * What models and tools write, ready for a text column: that refuses NUL and knows no half of a pair. Both are written as in JSON, where
 * they mean the same, and everywhere else they can still be told from other text.
 */
export function toStorableText(text: string): string {
  return text.replaceAll('\0', '\\u0000').replaceAll(loneHalf, (half) => `\\u${half.charCodeAt(0).toString(16)}`)
}

export const unknownOutcome = 'outcome unknown: it may or may not have happened. Check before doing it again.'

export function parseJson(text: string): Json {
  const value: unknown = JSON.parse(text)
  return value ?? null
}
