import { schema } from '@holdfast/drizzle'
import type { Goal, Milestone, Task } from '@holdfast/shared'
import { rowToCommonFields, type PlannerKind, type PlannerTable } from './planner-row.ts'

const { goals, milestones, tasks } = schema

export const goalKind = tableToKind({
  table: goals,
  name: 'goals',
  noun: 'Goal',
  idField: 'goalId',
  rowToItem: (row): Goal => {
    const { id, title, description, targetDate, status } = row
    return { id, title, description, targetDate, status, ...rowToCommonFields(row) }
  },
})

export const milestoneKind = tableToKind({
  table: milestones,
  name: 'milestones',
  noun: 'Milestone',
  idField: 'milestoneId',
  rowToItem: (row): Milestone => {
    const { id, goalId, title, targetDate } = row
    const completedAt = row.completedAt?.toISOString() ?? null
    return { id, goalId, title, targetDate, completed: completedAt !== null, completedAt, ...rowToCommonFields(row) }
  },
})

export const taskKind = tableToKind({
  table: tasks,
  name: 'tasks',
  noun: 'Task',
  idField: 'taskId',
  rowToItem: (row): Task => {
    const { id, milestoneId, title, description, category, dueDate } = row
    const completedAt = row.completedAt?.toISOString() ?? null
    const completed = completedAt !== null
    return { id, milestoneId, title, description, category, dueDate, completed, completedAt, ...rowToCommonFields(row) }
  },
})

/** Checks that the rows of the table are those that `rowToItem` reads. */
function tableToKind<Table extends PlannerTable, Item>(
  kind: PlannerKind<Table['$inferSelect'], Item> & { readonly table: Table },
): PlannerKind<Table['$inferSelect'], Item> {
  return kind
}
