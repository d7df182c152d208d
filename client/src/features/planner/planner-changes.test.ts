import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tasksToStats, toGoal, toMilestone, toTask } from '../../../test/planner-items.ts'
import { changeGoal, createGoal, deleteGoal, moveGoal, restoreGoal } from './store/goal-changes.ts'
import { changeMilestone, createMilestone, deleteMilestone, restoreMilestone } from './store/milestone-changes.ts'
import type { PlannerChange } from './store/planner-change.ts'
import type { PlannerData } from './store/planner-data.ts'
import { goalToProgress } from './store/progress.ts'
import { addTask, changeTask, deleteTask, moveTask, restoreTask } from './store/task-changes.ts'

const now = '2026-11-20T12:00:00.000Z'
const milestones = [toMilestone('m1', { goalId: 'g1' }), toMilestone('m2', { goalId: 'g1', position: 2 })]
const tasks = [
  toTask('t1', { milestoneId: 'm1', category: 'home' }),
  toTask('t2', { milestoneId: 'm1', position: 2, completed: true }),
  toTask('t3', { position: 3 }),
]
const data: PlannerData = {
  goals: [toGoal('g1'), toGoal('g2', { position: 2 })],
  milestones,
  tasks,
  stats: tasksToStats(tasks, milestones),
}
const fields = { title: 'Buy milk', description: null, category: 'home', dueDate: null, milestoneId: 'm1' }
const titles = (items: readonly { readonly title: string }[]) => items.map(({ title }) => title)

test('a task is added at the end and counted in all totals', () => {
  const after = addTask('t9', fields, now).apply(data)
  expect(titles(after.tasks)).toEqual(['t1', 't2', 't3', 'Buy milk'])
  expect(after.stats).toMatchObject({ total: 4, pending: 3, completed: 1 })
  expect(after.stats.byCategory.find(({ category }) => category === 'home')).toMatchObject({ total: 2, pending: 2 })
  expect(after.stats.byMilestone.find(({ milestoneId }) => milestoneId === 'm1')).toMatchObject({ total: 3, pending: 2 })
})

test('a new category is counted', () => {
  const after = addTask('t9', { ...fields, category: 'garden' }, now).apply(data)
  expect(after.stats.byCategory.find(({ category }) => category === 'garden')).toMatchObject({
    total: 1,
    pending: 1,
    completed: 0,
  })
})

test('completing and reopening a task updates the counts', () => {
  const done = changeTask('t1', { completed: true }, now).apply(data)
  expect(done.tasks[0]).toMatchObject({ completed: true, completedAt: now })
  expect(done.stats).toMatchObject({ pending: 1, completed: 2 })
  const open = changeTask('t1', { completed: false }, now).apply(done)
  expect(open.tasks[0]).toMatchObject({ completed: false, completedAt: null })
  expect(open.stats).toEqual(data.stats)
})

test('a task that moves to another milestone is counted there', () => {
  const after = changeTask('t1', { milestoneId: 'm2' }, now).apply(data)
  expect(after.stats.byMilestone).toMatchObject([
    { milestoneId: 'm1', total: 1, completed: 1 },
    { milestoneId: 'm2', total: 1, pending: 1 },
  ])
})

test('deleting an item deletes its children, and undo restores exactly those', () => {
  const after = deleteGoal('g1').apply(data)
  expect(titles(after.goals)).toEqual(['g2'])
  expect(after.milestones).toEqual([])
  expect(titles(after.tasks)).toEqual(['t3'])
  expect(after.stats).toMatchObject({ total: 1, pending: 1, completed: 0 })
  const undone = restoreGoal(toGoal('g1'), { milestones, tasks: tasks.slice(0, 2) }).apply(after)
  expect(undone).toMatchObject({ goals: data.goals, milestones: data.milestones, tasks: data.tasks })
  expect(undone.stats).toEqual(data.stats)
})

test('the progress of a goal follows its milestones and their tasks', () => {
  const goal = toGoal('g1')
  expect(goalToProgress(data, goal)).toEqual({
    milestones: { completed: 0, total: 2 },
    tasks: { completed: 1, total: 2 },
    share: 1 / 4,
  })
  const after = changeMilestone('m1', { completed: true }, now).apply(changeTask('t1', { completed: true }, now).apply(data))
  expect(goalToProgress(after, goal).share).toBe(3 / 4)
  expect(goalToProgress(after, toGoal('g2')).share).toBe(0)
  expect(goalToProgress(after, toGoal('g2', { status: 'completed' })).share).toBe(1)
})

const changes: Readonly<Record<string, PlannerChange>> = {
  'adding a task': addTask('t9', fields, now),
  'changing a task': changeTask('t1', { title: 'Other', completed: true, milestoneId: 'm2', category: null }, now),
  'moving a task': moveTask('t3', null),
  'deleting a task': deleteTask('t1'),
  'bringing a task back': restoreTask(toTask('t8', { milestoneId: 'm1' })),
  'creating a milestone': createMilestone('m9', { title: 'New', targetDate: null, goalId: 'g1' }, now),
  'changing a milestone': changeMilestone('m1', { completed: true, goalId: null }, now),
  'deleting a milestone': deleteMilestone('m1'),
  'bringing a milestone back': restoreMilestone(toMilestone('m8'), [toTask('t7', { milestoneId: 'm8' })]),
  'creating a goal': createGoal('g9', { title: 'New', description: null, targetDate: null }, now),
  'changing a goal': changeGoal('g1', { status: 'completed' }),
  'moving a goal': moveGoal('g2', null),
  'deleting a goal': deleteGoal('g1'),
  'bringing a goal back': restoreGoal(toGoal('g8'), { milestones: [toMilestone('m7', { goalId: 'g8' })], tasks: [] }),
}

test.each(Object.entries(changes))('%s twice is the same as once', (_, change) => {
  const once = change.apply(data)
  expect(change.apply(once)).toEqual(once)
})

test.each(Object.entries(changes))('%s does nothing to a missing item', (_, change) => {
  const empty: PlannerData = { goals: [], milestones: [], tasks: [], stats: tasksToStats([]) }
  const after = change.apply(empty)
  expect(after.stats.total).toBe(after.tasks.length)
})

test('after any changes the counts match the tasks', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Object.values(changes)), { maxLength: 12 }), (sequence) => {
      const after = sequence.reduce((result, change) => change.apply(result), data)
      const { total, pending, completed } = tasksToStats(after.tasks)
      expect(after.stats).toMatchObject({ total, pending, completed })
      for (const { category, ...counts } of after.stats.byCategory) {
        expect(counts.total).toBe(after.tasks.filter((task) => task.category === category).length)
      }
    }),
  )
})
