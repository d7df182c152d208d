import { useQueryClient } from '@tanstack/react-query'
import { firstWords, type Goal, type Id, type Milestone, type Task } from '@holdfast/shared'
import { useMemo } from 'react'
import { v7 as uuidv7 } from 'uuid'
import { useText, type TextValues } from '../../../i18n/use-text.ts'
import type { TextId } from '../../../i18n/english/index.ts'
import { useClient } from '../../../react/client-context.tsx'
import { useToast } from '../../../ui/toasts.tsx'
import { changeGoal, createGoal, deleteGoal, moveGoal, restoreGoal, type GoalFields } from './goal-changes.ts'
import { changeMilestone, createMilestone, deleteMilestone, restoreMilestone, type MilestoneFields } from './milestone-changes.ts'
import { getPlanner } from './planner.ts'
import type { PlannerChange } from './planner-change.ts'
import type { PlannerData } from './planner-data.ts'
import { plannerFailureToText } from './planner-failure.ts'
import { addTask, changeTask, deleteTask, moveTask, restoreTask, type TaskFields } from './task-changes.ts'

/** Each action shows its effect immediately, and a toast when the server refuses it. */
export interface PlannerActions {
  readonly addTask: (fields: TaskFields) => void
  readonly changeTask: (taskId: Id, changes: Partial<TaskFields & Pick<Task, 'completed'>>) => void
  readonly moveTask: (taskId: Id, afterId: Id | null) => void
  readonly deleteTask: (task: Task) => void
  readonly createMilestone: (fields: MilestoneFields) => void
  readonly changeMilestone: (milestoneId: Id, changes: Partial<MilestoneFields & Pick<Milestone, 'completed'>>) => void
  readonly deleteMilestone: (milestone: Milestone, data: PlannerData) => void
  readonly createGoal: (fields: GoalFields) => void
  readonly changeGoal: (goalId: Id, changes: Partial<GoalFields & Pick<Goal, 'status'>>) => void
  readonly moveGoal: (goalId: Id, afterId: Id | null) => void
  readonly deleteGoal: (goal: Goal, data: PlannerData) => void
}

const toastTitleLength = 60

export function usePlannerActions(): PlannerActions {
  const client = useClient()
  const queryClient = useQueryClient()
  const toast = useToast()
  const text = useText()

  return useMemo(() => {
    const planner = getPlanner(queryClient, client)
    const run = (change: PlannerChange) => {
      planner.run(change).catch((error: unknown) => toast({ tone: 'danger', text: plannerFailureToText(error, text) }))
    }
    const now = () => new Date().toISOString()
    const runWithUndo = (id: TextId, title: string, change: PlannerChange, undo: PlannerChange, values: TextValues = {}) => {
      run(change)
      toast({
        text: text(id, { ...values, title: firstWords(title, toastTitleLength) }),
        action: { label: text('undo'), run: () => run(undo) },
      })
    }
    return {
      addTask: (fields) => run(addTask(uuidv7(), fields, now())),
      changeTask: (taskId, changes) => run(changeTask(taskId, changes, now())),
      moveTask: (taskId, afterId) => run(moveTask(taskId, afterId)),
      deleteTask: (task) => runWithUndo('planner.deleted', task.title, deleteTask(task.id), restoreTask(task)),
      createMilestone: (fields) => run(createMilestone(uuidv7(), fields, now())),
      changeMilestone: (milestoneId, changes) => run(changeMilestone(milestoneId, changes, now())),
      deleteMilestone: (milestone, data) => {
        const tasks = data.tasks.filter(({ milestoneId }) => milestoneId === milestone.id)
        const count = data.stats.byMilestone.find(({ milestoneId }) => milestoneId === milestone.id)?.total ?? 0
        runWithUndo(
          'planner.deleted.milestone',
          milestone.title,
          deleteMilestone(milestone.id),
          restoreMilestone(milestone, tasks),
          { count },
        )
      },
      createGoal: (fields) => run(createGoal(uuidv7(), fields, now())),
      changeGoal: (goalId, changes) => run(changeGoal(goalId, changes)),
      moveGoal: (goalId, afterId) => run(moveGoal(goalId, afterId)),
      deleteGoal: (goal, data) => {
        const milestones = data.milestones.filter(({ goalId }) => goalId === goal.id)
        const tasks = data.tasks.filter(({ milestoneId }) => milestones.some(({ id }) => id === milestoneId))
        const undo = restoreGoal(goal, { milestones, tasks })
        runWithUndo('planner.deleted.goal', goal.title, deleteGoal(goal.id), undo, { count: milestones.length })
      },
    }
  }, [client, queryClient, toast, text])
}
