import type { Id, Task } from '@holdfast/shared'
import type { PlannerChange } from './planner-change.ts'
import { lastPosition, positionAfter, putItem, removeItem, type PlannerData } from './planner-data.ts'
import { recount } from './recount.ts'

/** The fields of a task that a person edits. */
export type TaskFields = Pick<Task, 'title' | 'description' | 'category' | 'dueDate' | 'milestoneId'>

export function addTask(taskId: Id, fields: TaskFields, now: string): PlannerChange {
  return {
    apply: (data) =>
      data.tasks.some(({ id }) => id === taskId)
        ? data
        : putTask(data, {
            ...fields,
            id: taskId,
            completed: false,
            completedAt: null,
            position: lastPosition(data.tasks),
            createdBy: null,
            changedBy: null,
            createdAt: now,
            updatedAt: now,
          }),
    command: { name: 'tasks.add', input: { taskId, ...fields } },
  }
}

export function changeTask(taskId: Id, changes: Partial<TaskFields & Pick<Task, 'completed'>>, now: string): PlannerChange {
  return {
    apply: (data) => {
      const task = data.tasks.find(({ id }) => id === taskId)
      if (!task) return data
      const completed = changes.completed ?? task.completed
      return putTask(data, {
        ...task,
        ...changes,
        completed,
        completedAt: completed ? (task.completedAt ?? now) : null,
        changedBy: null,
      })
    },
    command: { name: 'tasks.update', input: { taskId, ...changes } },
  }
}

export function moveTask(taskId: Id, afterId: Id | null): PlannerChange {
  return {
    apply: (data) => {
      const task = data.tasks.find(({ id }) => id === taskId)
      return task
        ? { ...data, tasks: putItem(data.tasks, { ...task, position: positionAfter(data.tasks, taskId, afterId) }) }
        : data
    },
    command: { name: 'tasks.reorder', input: { taskId, afterId } },
  }
}

export function deleteTask(taskId: Id): PlannerChange {
  return {
    apply: (data) => {
      const task = data.tasks.find(({ id }) => id === taskId)
      return task ? { ...data, tasks: removeItem(data.tasks, taskId), stats: recount(data.stats, task, null) } : data
    },
    command: { name: 'tasks.delete', input: { taskId } },
  }
}

/** @param task as it was when it was deleted */
export function restoreTask(task: Task): PlannerChange {
  return {
    apply: (data) => (data.tasks.some(({ id }) => id === task.id) ? data : putTask(data, task)),
    command: { name: 'tasks.restore', input: { taskId: task.id } },
  }
}

export function putTask(data: PlannerData, task: Task): PlannerData {
  const before = data.tasks.find(({ id }) => id === task.id) ?? null
  return { ...data, tasks: putItem(data.tasks, task), stats: recount(data.stats, before, task) }
}
