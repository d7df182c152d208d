import type { schema } from '@holdfast/drizzle'
import type { ConversationEvent, Json, ToolCallState, ToolForm, ToolProgress } from '@holdfast/shared'
import type { RemoteCall, ToolOutcome } from '../../tools/tool-runner.ts'

/*
 * # The life of a tool call
 *
 *     pending ──start──▶ running ──finish──▶ done, failed ◀──settle─┐
 *      │  ▲  ▲              │ └─────lose────▶ unknown ──────────────┤
 *      │  │  └────────────── │ ◀──────────────────────────retry─────┘
 *      │  └─approve, answer─ waiting ──deny─▶ denied
 *      └──────ask───────────▲ ▲
 *                running ─inquire
 *
 * - `pending`: the model asked for it, and its row is in the ledger. Nothing has happened.
 * - `waiting`: a person is asked, whether the call may run, or by the tool itself; or it is a tool of the program that asked, which finishes
 *   the call. No worker holds the generation meanwhile.
 * - `running`: a tool outside the database may be acting. Written before it acts, so that a crash leaves a trace. Tools of our own act in
 *   the transaction that finishes their call, and go from `pending` to their end directly.
 * - `unknown`: it may or may not have taken effect. It waits for a person, who says what became of it or has it run again with the same
 *   key, and has ended when its answer has.
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
  | { readonly type: 'approve'; readonly args?: Json }
  /** `by` a person (or their silence), or because the generation ends before the call began. */
  | { readonly type: 'deny'; readonly error: string; readonly by: 'person' | 'ending'; readonly at: Date }
  | { readonly type: 'start'; readonly at: Date }
  /** What the call needs in order to go on after a crash. */
  | { readonly type: 'remember'; readonly remote: RemoteCall }
  | { readonly type: 'progress'; readonly progress: ToolProgress }
  /** The tool asks a question; `remote` has it, and those that follow. */
  | { readonly type: 'inquire'; readonly remote: RemoteCall }
  /** A person has answered the first question of `remote.questions`: those that are left are asked next. */
  | { readonly type: 'answer'; readonly remote: RemoteCall }
  | { readonly type: 'finish'; readonly outcome: ToolOutcome; readonly durationMs: number; readonly at: Date }
  /** With `endedAt` nobody can say any more what became of it: the answer has ended, or the call was harmless. */
  | { readonly type: 'lose'; readonly error: string; readonly durationMs?: number; readonly endedAt: Date | null }
  /** A person says whether an unknown call has happened. */
  | { readonly type: 'settle'; readonly outcome: ToolOutcome; readonly at: Date }
  /** A person has an unknown call run again. */
  | { readonly type: 'retry'; readonly remote: RemoteCall | null }

/** The changes that a call can go through in each state. */
export const toolCallTransitions: Readonly<Record<ToolCallState, readonly ToolCallChange['type'][]>> = {
  pending: ['ask', 'deny', 'start', 'finish', 'lose'],
  waiting: ['approve', 'answer', 'deny', 'finish', 'lose'],
  running: ['ask', 'start', 'remember', 'progress', 'inquire', 'finish', 'lose'],
  done: [],
  failed: [],
  denied: [],
  unknown: ['lose', 'settle', 'retry'],
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
  const toUpdate = (state: ToolCallState, rest: Omit<Partial<CallUpdate>, 'type' | 'state'> = {}): ConversationEvent => ({
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
    case 'approve': {
      const { args } = change
      return {
        columns: {
          state: 'pending',
          approved: true,
          expiresAt: null,
          ...(args === undefined ? {} : { changedArgs: JSON.stringify(args) }),
        },
        events: [toUpdate('pending', { expiresAt: null, ...(args === undefined ? {} : { changedArgs: args }) })],
      }
    }
    case 'remember':
      return { columns: { state: 'running', remote: JSON.stringify(change.remote) }, events: [] }
    case 'progress':
      return { columns: { state: 'running' }, events: [toUpdate('running', { progress: change.progress })] }
    case 'inquire':
    case 'answer': {
      const form = firstQuestion(change.remote)
      const state = form ? ('waiting' as const) : ('pending' as const)
      return {
        columns: { state, approved: true, expiresAt: null, remote: JSON.stringify(change.remote) },
        events: [toUpdate(state, { expiresAt: null, form, ...(form && { question: form.message }) })],
      }
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
        columns: {
          state: 'error' in outcome ? 'failed' : 'done',
          ...end,
          endedAt: at,
          ...(call.state === 'waiting' ? { expiresAt: null } : {}),
        },
        events: [{ type: 'tool-result', messageId, callId, ...outcome, durationMs: Math.round(durationMs) }],
      }
    }
    case 'lose': {
      const { error, durationMs, endedAt } = change
      // Those who follow know already.
      if (call.state === 'unknown') return { columns: { state: 'unknown', endedAt }, events: [] }
      const took = durationMs === undefined ? {} : { durationMs: Math.round(durationMs) }
      return {
        columns: { state: 'unknown', error, endedAt, expiresAt: null },
        events: [
          toUpdate('unknown', {
            expiresAt: null,
            ...(call.state === 'waiting' ? { form: null } : {}),
            ...(endedAt === null ? { awaitsOutcome: true } : {}),
          }),
          { type: 'tool-result', messageId, callId, error, ...took },
        ],
      }
    }
    case 'settle': {
      const { outcome, at } = change
      const isDone = 'result' in outcome
      const end = isDone ? { result: JSON.stringify(outcome.result), error: null } : { error: outcome.error }
      return {
        columns: { state: isDone ? 'done' : 'failed', ...end, endedAt: at },
        events: [toUpdate(isDone ? 'done' : 'failed'), { type: 'tool-result', messageId, callId, ...outcome }],
      }
    }
    case 'retry':
      return {
        columns: { state: 'pending', approved: true, error: null, remote: change.remote && JSON.stringify(change.remote) },
        events: [toUpdate('pending')],
      }
  }
}

type CallUpdate = Extract<ConversationEvent, { type: 'tool-call-updated' }>

function firstQuestion({ questions = {} }: RemoteCall): ToolForm | null {
  return Object.values(questions)[0] ?? null
}
