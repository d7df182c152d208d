import type { ToolCallPart, ToolCallState } from '@holdfast/shared'

/** A call's state, or `stopped`: its answer ended before it could. */
export type ShownCallState = ToolCallState | 'stopped'

export function toShownState({ state }: ToolCallPart, isAnswerOver: boolean): ShownCallState {
  const isOpen = state === 'pending' || state === 'waiting' || state === 'running'
  return isOpen && isAnswerOver ? 'stopped' : state
}

/** States that must be visible without expanding anything. */
export function needsAttention(state: ShownCallState): boolean {
  return state === 'failed' || state === 'unknown'
}

const byWeight: readonly ShownCallState[] = ['failed', 'unknown', 'running', 'pending', 'waiting', 'stopped', 'denied', 'done']

/** The state of a group of calls: the one that most needs attention. The result is `done` when all calls succeeded. */
export function statesToSummary(states: readonly ShownCallState[]): ShownCallState {
  return byWeight.find((state) => states.includes(state)) ?? 'done'
}

/** The total duration of sequential calls; null while no duration is known. */
export function sumDurations(calls: readonly ToolCallPart[]): number | null {
  const known = calls.flatMap(({ durationMs }) => durationMs ?? [])
  return known.length === 0 ? null : known.reduce((total, duration) => total + duration, 0)
}
