import type { PlannerCounts, Task, TaskStats } from '@holdfast/shared'

const none: PlannerCounts = { total: 0, pending: 0, completed: 0, overdue: 0 }

/**
 * The counts after a task has become another one; null: it was not there before, or is not there any more. What is overdue is left
 * alone: it depends on the day, and follows from the tasks.
 */
export function recount(stats: TaskStats, before: Task | null, after: Task | null): TaskStats {
  let next = stats
  if (before) next = count(next, before, -1)
  if (after) next = count(next, after, 1)
  return next
}

function count(stats: TaskStats, task: Task, by: 1 | -1): TaskStats {
  return {
    ...stats,
    ...add(stats, task, by),
    byCategory: addTo(stats.byCategory, 'category', task.category, task, by),
    byMilestone: addTo(stats.byMilestone, 'milestoneId', task.milestoneId, task, by),
  }
}

function addTo<Key extends string, Entry extends PlannerCounts & Readonly<Record<Key, string | null>>>(
  entries: readonly Entry[],
  key: Key,
  value: string | null,
  task: Task,
  by: 1 | -1,
): Entry[] {
  const isKnown = entries.some((entry) => entry[key] === value)
  const known = isKnown ? entries : [...entries, { ...none, [key]: value } as Entry]
  return known.map((entry) => (entry[key] === value ? { ...entry, ...add(entry, task, by) } : entry))
}

/** Counts that would go below nothing belong to something that this page has not loaded. */
function add(counts: PlannerCounts, task: Task, by: 1 | -1): Pick<PlannerCounts, 'total' | 'pending' | 'completed'> {
  return {
    total: Math.max(0, counts.total + by),
    pending: Math.max(0, counts.pending + (task.completed ? 0 : by)),
    completed: Math.max(0, counts.completed + (task.completed ? by : 0)),
  }
}
