import type { Goal, Id, Milestone, Task, TaskStats } from '@holdfast/shared'

/** Everything that there is to show of a user's plans. A value: changes make another one. */
export interface PlannerData {
  /** In the user's order, like all lists here. */
  readonly goals: readonly Goal[]
  readonly milestones: readonly Milestone[]
  /** All that are open, and those that are done as far as they were asked for. */
  readonly tasks: readonly Task[]
  /** Counts all tasks, also those that are not in `tasks`. What is overdue follows from `tasks`. */
  readonly stats: TaskStats
}

interface Place {
  readonly id: Id
  readonly position: number
}

/** The list with this item in its place, instead of what was there under its id. */
export function putItem<Item extends Place>(items: readonly Item[], item: Item): readonly Item[] {
  return [...items.filter(({ id }) => id !== item.id), item].sort(compareByPlace)
}

export function removeItem<Item extends Place>(items: readonly Item[], id: Id): readonly Item[] {
  return items.some((item) => item.id === id) ? items.filter((item) => item.id !== id) : items
}

/** As the server orders them. */
export function compareByPlace(a: Place, b: Place): number {
  return a.position - b.position || (a.id < b.id ? -1 : 1)
}

/** Behind everything that is there. */
export function lastPosition(items: readonly Place[]): number {
  return items.reduce((last, { position }) => Math.max(last, position), 0) + 1
}

/**
 * The position that puts an item right after another one, or first (`afterId` null); the item's own where there is nothing to do. The
 * server has the last word: it makes room where two numbers leave none.
 */
export function positionAfter(items: readonly Place[], id: Id, afterId: Id | null): number {
  const others = items.filter((item) => item.id !== id)
  const index = afterId === null ? -1 : others.findIndex((item) => item.id === afterId)
  const own = items.find((item) => item.id === id)?.position ?? 1
  if (afterId !== null && index < 0) return own
  const before = others[index]
  const after = others[index + 1]
  if (!before) return after ? after.position - 1 : own
  return after ? (before.position + after.position) / 2 : before.position + 1
}
