import type { Goal, Milestone, Task, TaskStats } from '@holdfast/shared'

const time = '2026-01-01T00:00:00.000Z'
const item = { createdBy: null, changedBy: null, createdAt: time, updatedAt: time }

export function toTask(id: string, change: Partial<Task> = {}): Task {
  const completed = change.completed ?? false
  return {
    id,
    milestoneId: null,
    title: id,
    description: null,
    category: null,
    dueDate: null,
    completed,
    completedAt: completed ? time : null,
    position: 1,
    ...item,
    ...change,
  }
}

export function toMilestone(id: string, change: Partial<Milestone> = {}): Milestone {
  return { id, goalId: null, title: id, targetDate: null, completed: false, completedAt: null, position: 1, ...item, ...change }
}

export function toGoal(id: string, change: Partial<Goal> = {}): Goal {
  return { id, title: id, description: null, targetDate: null, status: 'active', position: 1, ...item, ...change }
}

/** The counts that a server would give for these tasks. */
export function tasksToStats(tasks: readonly Task[], milestones: readonly Milestone[] = []): TaskStats {
  const count = (own: readonly Task[]) => ({
    total: own.length,
    pending: own.filter(({ completed }) => !completed).length,
    completed: own.filter(({ completed }) => completed).length,
    overdue: 0,
  })
  const categories = [...new Set(tasks.map(({ category }) => category))]
  return {
    ...count(tasks),
    byCategory: categories.map((category) => ({ category, ...count(tasks.filter((task) => task.category === category)) })),
    byMilestone: milestones.map(({ id }) => ({ milestoneId: id, ...count(tasks.filter((task) => task.milestoneId === id)) })),
    byGoal: [],
  }
}
