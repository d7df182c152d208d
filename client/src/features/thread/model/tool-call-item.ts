import type { Id, ToolCallPart } from '@holdfast/shared'

/** An item of the planner. */
export interface PlannerItem {
  readonly kind: 'goal' | 'milestone' | 'task'
  readonly id: Id
}

const kinds = ['goal', 'milestone', 'task'] as const

/** The planner item that a call created or changed, if it still exists; null for every other call. */
export function toolCallToItem({ state, result }: ToolCallPart): PlannerItem | null {
  if (state !== 'done' || typeof result !== 'object' || result === null) return null
  const fields: Readonly<Record<string, unknown>> = { ...result }
  if (fields['status'] === 'deleted') return null
  for (const kind of kinds) {
    const id = fields[`${kind}_id`]
    if (typeof id === 'string') return { kind, id }
  }
  return null
}
