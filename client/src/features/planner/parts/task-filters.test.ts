import { expect, test } from 'vitest'
import { toTask } from '../../../../test/planner-items.ts'
import { filtersToSearch, matchesFilters, noFilters, searchToFilters, type TaskFilters } from './task-filters.ts'

const today = '2026-11-20'
const tasks = [
  toTask('late', { dueDate: '2026-11-19', category: 'home' }),
  toTask('today', { dueDate: today, milestoneId: 'm1' }),
  toTask('done', { dueDate: '2026-11-01', completed: true, category: 'home', milestoneId: 'm1' }),
]

test.each([
  [{}, ['late', 'today']],
  [{ status: 'overdue' }, ['late']],
  [{ status: 'completed' }, ['done']],
  [{ status: 'all' }, ['late', 'today', 'done']],
  [{ status: 'all', category: { name: 'home' } }, ['late', 'done']],
  [{ category: 'none' }, ['today']],
  [{ status: 'all', milestone: { id: 'm1' } }, ['today', 'done']],
  [{ status: 'all', milestone: 'none' }, ['late']],
  [{ category: { name: 'home' }, milestone: { id: 'm1' } }, []],
] as [Partial<TaskFilters>, string[]][])('%o shows %o', (filters, expected) => {
  expect(tasks.filter((task) => matchesFilters(task, { ...noFilters, ...filters }, today)).map(({ id }) => id)).toEqual(expected)
})

test.each([
  noFilters,
  { status: 'overdue', category: null, milestone: null },
  { status: 'all', category: { name: 'a&b=c ä' }, milestone: { id: 'm1' } },
  { status: 'completed', category: 'none', milestone: 'none' },
] as TaskFilters[])('%o survives a reload', (filters) => {
  expect(searchToFilters(filtersToSearch(filters))).toEqual(filters)
})

test('invalid filters in an address are ignored', () => {
  expect(searchToFilters('status=later&category=&without=nothing')).toEqual(noFilters)
  expect(filtersToSearch(noFilters)).toBe('')
})
