import type { Goal, Milestone, Task } from '@holdfast/shared'

type Status = 'created' | 'updated' | 'completed' | 'deleted'

export function taskToResult(task: Pick<Task, 'id' | 'title' | 'dueDate'>, status: Status) {
  return { task_id: task.id, status, title: task.title, ...(task.dueDate === null ? {} : { due_date: task.dueDate }) }
}

export function milestoneToResult({ id, title, targetDate }: Milestone, status: Status) {
  return { milestone_id: id, status, title, ...(targetDate === null ? {} : { target_date: targetDate }) }
}

export function goalToResult({ id, title, targetDate }: Goal, status: Status) {
  return { goal_id: id, status, title, ...(targetDate === null ? {} : { target_date: targetDate }) }
}

/** The model's view of a task: without its position and the message that changed it. */
export function taskToListed({ id, milestoneId, title, description, category, dueDate, completed, createdAt, updatedAt }: Task) {
  return { id, milestoneId, title, description, category, dueDate, completed, createdAt, updatedAt }
}

export function milestoneToListed({ id, goalId, title, targetDate, completed, createdAt, updatedAt }: Milestone) {
  return { id, goalId, title, targetDate, completed, createdAt, updatedAt }
}

export function goalToListed({ id, title, description, targetDate, status, createdAt, updatedAt }: Goal) {
  return { id, title, description, targetDate, status, createdAt, updatedAt }
}
