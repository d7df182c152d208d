import type { Id, Milestone, Task } from '@holdfast/shared'
import type { PlannerChange } from './planner-change.ts'
import { lastPosition, putItem, removeItem, type PlannerData } from './planner-data.ts'
import { recount } from './recount.ts'
import { putTask } from './task-changes.ts'

/** The fields of a milestone that a person edits. */
export type MilestoneFields = Pick<Milestone, 'title' | 'targetDate' | 'goalId'>

export function createMilestone(milestoneId: Id, fields: MilestoneFields, now: string): PlannerChange {
  return {
    apply: (data) =>
      data.milestones.some(({ id }) => id === milestoneId)
        ? data
        : putMilestone(data, {
            ...fields,
            id: milestoneId,
            completed: false,
            completedAt: null,
            position: lastPosition(data.milestones),
            createdBy: null,
            changedBy: null,
            createdAt: now,
            updatedAt: now,
          }),
    command: { name: 'milestones.create', input: { milestoneId, ...fields } },
  }
}

export function changeMilestone(
  milestoneId: Id,
  changes: Partial<MilestoneFields & Pick<Milestone, 'completed'>>,
  now: string,
): PlannerChange {
  return {
    apply: (data) => {
      const milestone = data.milestones.find(({ id }) => id === milestoneId)
      if (!milestone) return data
      const completed = changes.completed ?? milestone.completed
      const completedAt = completed ? (milestone.completedAt ?? now) : null
      return putMilestone(data, { ...milestone, ...changes, completed, completedAt, changedBy: null })
    },
    command: { name: 'milestones.update', input: { milestoneId, ...changes } },
  }
}

/** Deletes its tasks too. */
export function deleteMilestone(milestoneId: Id): PlannerChange {
  return {
    apply: (data) => takeMilestone(data, milestoneId),
    command: { name: 'milestones.delete', input: { milestoneId } },
  }
}

/** @param tasks those that were deleted with it, as far as they were loaded */
export function restoreMilestone(milestone: Milestone, tasks: readonly Task[]): PlannerChange {
  return {
    apply: (data) =>
      data.milestones.some(({ id }) => id === milestone.id) ? data : tasks.reduce(putTask, putMilestone(data, milestone)),
    command: { name: 'milestones.restore', input: { milestoneId: milestone.id } },
  }
}

export function putMilestone(data: PlannerData, milestone: Milestone): PlannerData {
  return { ...data, milestones: putItem(data.milestones, milestone) }
}

export function takeMilestone(data: PlannerData, milestoneId: Id): PlannerData {
  const gone = data.tasks.filter((task) => task.milestoneId === milestoneId)
  return {
    ...data,
    milestones: removeItem(data.milestones, milestoneId),
    tasks: gone.length === 0 ? data.tasks : data.tasks.filter((task) => task.milestoneId !== milestoneId),
    stats: gone.reduce((stats, task) => recount(stats, task, null), data.stats),
  }
}
