import type { Id, Task } from '@holdfast/shared'
import { isOverdue } from '../store/day.ts'

export const taskStatuses = ['open', 'overdue', 'completed', 'all'] as const
export type TaskStatusFilter = (typeof taskStatuses)[number]

export interface TaskFilters {
  readonly status: TaskStatusFilter
  /** `none` for tasks without one; null for all tasks. */
  readonly category: { readonly name: string } | 'none' | null
  readonly milestone: { readonly id: Id } | 'none' | null
}

export const noFilters: TaskFilters = { status: 'open', category: null, milestone: null }

/** @param today decides what is overdue */
export function matchesFilters(task: Task, filters: TaskFilters, today: string): boolean {
  const { status, category, milestone } = filters
  if (status === 'open' && task.completed) return false
  if (status === 'completed' && !task.completed) return false
  if (status === 'overdue' && !isOverdue(task.dueDate, task.completed, today)) return false
  if (category !== null && task.category !== (category === 'none' ? null : category.name)) return false
  return milestone === null || task.milestoneId === (milestone === 'none' ? null : milestone.id)
}

export function needsCompleted({ status }: TaskFilters): boolean {
  return status === 'completed' || status === 'all'
}

/** Writes filters to a query string, e.g. `status=overdue&category=home`. Defaults are left out. */
export function filtersToSearch({ status, category, milestone }: TaskFilters): string {
  const search = new URLSearchParams()
  if (status !== noFilters.status) search.set('status', status)
  if (category === 'none') search.set('without', 'category')
  else if (category !== null) search.set('category', category.name)
  if (milestone === 'none') search.append('without', 'milestone')
  else if (milestone !== null) search.set('milestone', milestone.id)
  return search.toString()
}

/** Reads filters from a query string. Invalid values are ignored. */
export function searchToFilters(search: string): TaskFilters {
  const values = new URLSearchParams(search)
  const without = values.getAll('without')
  const category = values.get('category')
  const milestone = values.get('milestone')
  return {
    status: taskStatuses.find((status) => status === values.get('status')) ?? noFilters.status,
    category: without.includes('category') ? 'none' : category ? { name: category } : null,
    milestone: without.includes('milestone') ? 'none' : milestone ? { id: milestone } : null,
  }
}
