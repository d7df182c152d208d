import type { Goal, Milestone } from '@holdfast/shared'
import type { PlannerData } from './planner-data.ts'

export interface Progress {
  readonly completed: number
  readonly total: number
}

export interface GoalProgress {
  readonly milestones: Progress
  readonly tasks: Progress
  /** From 0 to 1: a milestone counts as much as a task. 1 for a completed goal. */
  readonly share: number
}

/** The progress of a goal, by its milestones and their tasks. */
export function goalToProgress(data: Pick<PlannerData, 'milestones' | 'stats'>, goal: Goal): GoalProgress {
  const own = data.milestones.filter((milestone) => milestone.goalId === goal.id)
  const milestones = { completed: own.filter(({ completed }) => completed).length, total: own.length }
  const tasks = own
    .map((milestone) => milestoneToProgress(data, milestone))
    .reduce((sum, { completed, total }) => ({ completed: sum.completed + completed, total: sum.total + total }), {
      completed: 0,
      total: 0,
    })
  const total = milestones.total + tasks.total
  const share = goal.status === 'completed' ? 1 : total === 0 ? 0 : (milestones.completed + tasks.completed) / total
  return { milestones, tasks, share }
}

export function milestoneToProgress(data: Pick<PlannerData, 'stats'>, milestone: Milestone): Progress {
  const counts = data.stats.byMilestone.find(({ milestoneId }) => milestoneId === milestone.id)
  return { completed: counts?.completed ?? 0, total: counts?.total ?? 0 }
}
