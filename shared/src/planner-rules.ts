import type { Id } from './ids.ts'
import type { PlannerCounts } from './planner.ts'

/** Where an item stands in the user's order: by its position, and by its id where positions are equal. */
export interface PlannerPlace {
  readonly id: Id
  readonly position: number
}

/** The neighbours before and after an empty place; null: there is none. */
export interface PlannerGap {
  readonly before: PlannerPlace | null
  readonly after: PlannerPlace | null
}

export function comparePlaces(a: PlannerPlace, b: PlannerPlace): number {
  return a.position - b.position || (a.id < b.id ? -1 : 1)
}

/** The position behind everything. @param last the last position that is taken; null: none is */
export function positionBehind(last: number | null): number {
  return (last ?? 0) + 1
}

/** A position in the gap. Null: no number lies between the two. */
export function gapToPosition({ before, after }: PlannerGap): number | null {
  if (before === null) return after === null ? 1 : after.position - 1
  if (after === null) return before.position + 1
  const between = (before.position + after.position) / 2
  return before.position < between && between < after.position ? between : null
}

export function isInGap({ before, after }: PlannerGap, place: PlannerPlace): boolean {
  return (before === null || comparePlaces(before, place) < 0) && (after === null || comparePlaces(place, after) < 0)
}

export const noPlannerCounts: PlannerCounts = { total: 0, pending: 0, completed: 0, overdue: 0 }

export function sumPlannerCounts(parts: readonly PlannerCounts[]): PlannerCounts {
  return parts.reduce(
    (sum, part) => ({
      total: sum.total + part.total,
      pending: sum.pending + part.pending,
      completed: sum.completed + part.completed,
      overdue: sum.overdue + part.overdue,
    }),
    noPlannerCounts,
  )
}
