import type { ToolCallPart, ToolCallState } from '@holdfast/shared'

/** A call's state, or `stopped`: its answer ended before it could. */
export type ShownCallState = ToolCallState | 'stopped'

export function toShownState({ state }: ToolCallPart, isAnswerOver: boolean): ShownCallState {
  const isOpen = state === 'pending' || state === 'waiting' || state === 'running'
  return isOpen && isAnswerOver ? 'stopped' : state
}

/** A person should see these without opening anything. */
export function needsAttention(state: ShownCallState): boolean {
  return state === 'failed' || state === 'unknown'
}

const byWeight: readonly ShownCallState[] = ['failed', 'unknown', 'running', 'pending', 'waiting', 'stopped', 'denied', 'done']

/** How several calls are doing, in one word: what most needs to be seen. Calls that all went well are `done`. */
export function statesToSummary(states: readonly ShownCallState[]): ShownCallState {
  return byWeight.find((state) => states.includes(state)) ?? 'done'
}

/** How long calls that run one after the other took in all; null while nothing is known. */
export function sumDurations(calls: readonly ToolCallPart[]): number | null {
  const known = calls.flatMap(({ durationMs }) => durationMs ?? [])
  return known.length === 0 ? null : known.reduce((total, duration) => total + duration, 0)
}
