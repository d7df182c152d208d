import {
  comparePlaces,
  gapToPosition,
  positionBehind,
  type Goal,
  type Id,
  type Milestone,
  type PlannerPlace,
  type Task,
  type TaskStats,
} from '@holdfast/shared'

/** All plans of a user that are shown. A value: changes make another one. */
export interface PlannerData {
  /** All lists here are in the user's order. */
  readonly goals: readonly Goal[]
  readonly milestones: readonly Milestone[]
  /** All open tasks, and the completed ones that were requested. */
  readonly tasks: readonly Task[]
  /** Counts all tasks, also those that are not in `tasks`. What is overdue follows from `tasks`. */
  readonly stats: TaskStats
}

/** The list with this item at its position, instead of an older version of it. */
export function putItem<Item extends PlannerPlace>(items: readonly Item[], item: Item): readonly Item[] {
  return [...items.filter(({ id }) => id !== item.id), item].sort(comparePlaces)
}

export function removeItem<Item extends PlannerPlace>(items: readonly Item[], id: Id): readonly Item[] {
  return items.some((item) => item.id === id) ? items.filter((item) => item.id !== id) : items
}

/** The position after all items. */
export function lastPosition(items: readonly PlannerPlace[]): number {
  return positionBehind(items.length === 0 ? null : Math.max(...items.map(({ position }) => position)))
}

/**
 * The position that puts an item right after another one, or first (`afterId` null); the item's own where there is nothing to do. Where
 * two numbers leave no room the server spreads all positions out, and has the last word.
 */
export function positionAfter(items: readonly PlannerPlace[], id: Id, afterId: Id | null): number {
  const others = items.filter((item) => item.id !== id)
  const index = afterId === null ? -1 : others.findIndex((item) => item.id === afterId)
  const own = items.find((item) => item.id === id)?.position ?? 1
  if (others.length === 0 || (afterId !== null && index < 0)) return own
  const before = others[index] ?? null
  return gapToPosition({ before, after: others[index + 1] ?? null }) ?? before?.position ?? own
}
