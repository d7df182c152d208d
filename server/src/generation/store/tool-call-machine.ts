import type { schema } from '@holdfast/drizzle'
import type { ConversationEvent, ToolCallState } from '@holdfast/shared'
import type { ToolOutcome } from '../../tools/tool-runner.ts'

/*
 * # The life of a tool call
 *
 *     pending ──start──▶ running ──finish──▶ done, failed
 *      │  ▲                 └──────lose────▶ unknown
 *      │  └─approve── waiting ─────deny────▶ denied
 *      └──────ask───────▲ ──finish──▶ done, failed
 *
 * - `pending`: the model asked for it, and its row is in the ledger. Nothing has happened.
 * - `waiting`: a person is asked, or the program whose tool it is. The program finishes it. No worker holds the generation meanwhile.
 * - `running`: a tool outside the database may be acting. Written before it acts, so that a crash leaves a trace. Tools of our own act in
 *   the transaction that finishes their call, and go from `pending` to their end directly.
 * - `unknown`: it may or may not have taken effect, so it is never run again.
 *
 * An idempotent call that a crash left `running` starts again from there, and is asked about first if its tool has come to need it.
 * The worker changes a call in a fenced transaction, a person's decision locks the generation's row: no two changes race.
 */

export type ToolCallRow = typeof schema.toolCalls.$inferSelect

export interface ToolCallStep {
  readonly columns: Partial<typeof schema.toolCalls.$inferInsert> & { readonly state: ToolCallState }
  readonly events: readonly ConversationEvent[]
}

/** A transition of a call. `at` is the time of the end. */
export type ToolCallChange =
  | { readonly type: 'ask'; readonly question: string; readonly expiresAt: Date }
  | { readonly type: 'approve' }
  /** `by` a person (or their silence), or because the generation ends before the call began. */
  | { readonly type: 'deny'; readonly error: string; readonly by: 'person' | 'ending'; readonly at: Date }
  | { readonly type: 'start'; readonly at: Date }
  | { readonly type: 'finish'; readonly outcome: ToolOutcome; readonly durationMs: number; readonly at: Date }
  | { readonly type: 'lose'; readonly error: string; readonly durationMs?: number; readonly at: Date }

/** The changes that a call can go through in each state. */
export const toolCallTransitions: Readonly<Record<ToolCallState, readonly ToolCallChange['type'][]>> = {
  pending: ['ask', 'deny', 'start', 'finish'],
  waiting: ['approve', 'deny', 'finish'],
  running: ['ask', 'start', 'finish', 'lose'],
  done: [],
  failed: [],
  denied: [],
  unknown: [],
}

/** A change that the state of the call does not allow: a defect. */
export class ToolCallStateError extends Error {
  override readonly name = 'ToolCallStateError'
}

/** The writes of a transition: the columns of the ledger's row and the events of the log. @throws ToolCallStateError */
export function applyToolCallChange(
  call: Pick<ToolCallRow, 'messageId' | 'callId' | 'state'>,
  change: ToolCallChange,
): ToolCallStep {
  const { messageId, callId } = call
  if (!toolCallTransitions[call.state].includes(change.type)) {
    throw new ToolCallStateError(`the call ${callId} is ${call.state}: "${change.type}" is not possible`)
  }
  const toUpdate = (state: ToolCallState, rest: { expiresAt?: string | null; question?: string } = {}): ConversationEvent => ({
    type: 'tool-call-updated',
    messageId,
    callId,
    state,
    ...rest,
  })
  switch (change.type) {
    case 'ask': {
      const { question, expiresAt } = change
      return {
        columns: { state: 'waiting', expiresAt },
        events: [toUpdate('waiting', { expiresAt: expiresAt.toISOString(), question })],
      }
    }
    case 'approve':
      return {
        columns: { state: 'pending', approved: true, expiresAt: null },
        events: [toUpdate('pending', { expiresAt: null })],
      }
    case 'deny': {
      const { error, at } = change
      return {
        columns: { state: 'denied', error, endedAt: at, expiresAt: null, ...(change.by === 'person' ? { approved: false } : {}) },
        events: [toUpdate('denied', { expiresAt: null }), { type: 'tool-result', messageId, callId, error }],
      }
    }
    case 'start':
      return { columns: { state: 'running', startedAt: change.at }, events: [toUpdate('running')] }
    case 'finish': {
      const { outcome, durationMs, at } = change
      const end = 'error' in outcome ? { error: outcome.error } : { result: JSON.stringify(outcome.result) }
      return {
        columns: { state: 'error' in outcome ? 'failed' : 'done', ...end, endedAt: at, expiresAt: null },
        events: [{ type: 'tool-result', messageId, callId, ...outcome, durationMs: Math.round(durationMs) }],
      }
    }
    case 'lose': {
      const { error, durationMs, at } = change
      const took = durationMs === undefined ? {} : { durationMs: Math.round(durationMs) }
      return {
        columns: { state: 'unknown', error, endedAt: at, expiresAt: null },
        events: [toUpdate('unknown', { expiresAt: null }), { type: 'tool-result', messageId, callId, error, ...took }],
      }
    }
  }
}
