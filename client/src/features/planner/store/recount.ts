import { noPlannerCounts, type PlannerCounts, type Task, type TaskStats } from '@holdfast/shared'

/**
 * The counts after a task has changed from `before` (null: it was added) to `after` (null: it was removed). What is overdue depends on
 * the day: it follows from the tasks, and is not counted here.
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
  const known = isKnown ? entries : [...entries, { ...noPlannerCounts, [key]: value } as Entry]
  return known.map((entry) => (entry[key] === value ? { ...entry, ...add(entry, task, by) } : entry))
}

/** Counts below zero would belong to tasks that this page has not loaded. */
function add(counts: PlannerCounts, task: Task, by: 1 | -1): Pick<PlannerCounts, 'total' | 'pending' | 'completed'> {
  return {
    total: Math.max(0, counts.total + by),
    pending: Math.max(0, counts.pending + (task.completed ? 0 : by)),
    completed: Math.max(0, counts.completed + (task.completed ? by : 0)),
  }
}
