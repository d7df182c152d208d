import type { Goal, Id, Milestone, Task } from '@holdfast/shared'
import { putMilestone, takeMilestone } from './milestone-changes.ts'
import type { PlannerChange } from './planner-change.ts'
import { lastPosition, positionAfter, putItem, removeItem, type PlannerData } from './planner-data.ts'
import { putTask } from './task-changes.ts'

/** The fields of a goal that a person edits. */
export type GoalFields = Pick<Goal, 'title' | 'description' | 'targetDate'>

export function createGoal(goalId: Id, fields: GoalFields, now: string): PlannerChange {
  return {
    apply: (data) =>
      data.goals.some(({ id }) => id === goalId)
        ? data
        : putGoal(data, {
            ...fields,
            id: goalId,
            status: 'active',
            position: lastPosition(data.goals),
            createdBy: null,
            changedBy: null,
            createdAt: now,
            updatedAt: now,
          }),
    command: { name: 'goals.create', input: { goalId, ...fields } },
  }
}

export function changeGoal(goalId: Id, changes: Partial<GoalFields & Pick<Goal, 'status'>>): PlannerChange {
  return {
    apply: (data) => {
      const goal = data.goals.find(({ id }) => id === goalId)
      return goal ? putGoal(data, { ...goal, ...changes, changedBy: null }) : data
    },
    command: { name: 'goals.update', input: { goalId, ...changes } },
  }
}

export function moveGoal(goalId: Id, afterId: Id | null): PlannerChange {
  return {
    apply: (data) => {
      const goal = data.goals.find(({ id }) => id === goalId)
      return goal ? putGoal(data, { ...goal, position: positionAfter(data.goals, goalId, afterId) }) : data
    },
    command: { name: 'goals.reorder', input: { goalId, afterId } },
  }
}

/** Deletes its milestones and their tasks too. */
export function deleteGoal(goalId: Id): PlannerChange {
  return {
    apply: (data) =>
      data.milestones
        .filter((milestone) => milestone.goalId === goalId)
        .reduce((rest, { id }) => takeMilestone(rest, id), { ...data, goals: removeItem(data.goals, goalId) }),
    command: { name: 'goals.delete', input: { goalId } },
  }
}

/** @param gone those that were deleted with it, as far as they were loaded */
export function restoreGoal(
  goal: Goal,
  gone: { readonly milestones: readonly Milestone[]; readonly tasks: readonly Task[] },
): PlannerChange {
  return {
    apply: (data) => {
      if (data.goals.some(({ id }) => id === goal.id)) return data
      return gone.tasks.reduce(putTask, gone.milestones.reduce(putMilestone, putGoal(data, goal)))
    },
    command: { name: 'goals.restore', input: { goalId: goal.id } },
  }
}

function putGoal(data: PlannerData, goal: Goal): PlannerData {
  return { ...data, goals: putItem(data.goals, goal) }
}
