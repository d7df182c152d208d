import type { PlannerRow } from './planner-row.ts'

/** Values of an item's columns as JSON: times are ISO strings. */
export type PlannerValues = Readonly<Record<string, string | number | null>>

/** The columns that make up an item, in the order in which they are shown; each kind has some of them. */
const valueColumns = [
  'title',
  'description',
  'status',
  'completedAt',
  'dueDate',
  'targetDate',
  'category',
  'milestoneId',
  'goalId',
  'position',
  'deletedAt',
  'deletedWith',
] as const

const timeColumns: ReadonlySet<string> = new Set(['completedAt', 'deletedAt'])

/** All values of a row, or those of the given columns. */
export function rowToValues(row: PlannerRow, columns: readonly string[] = valueColumns): PlannerValues {
  const values = row as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    valueColumns.flatMap((column) => {
      const value = values[column]
      if (value === undefined || !columns.includes(column)) return []
      return [[column, value instanceof Date ? value.toISOString() : (value as string | number | null)] as const]
    }),
  )
}

/** Values as the columns hold them. */
export function valuesToColumns(values: PlannerValues): Record<string, string | number | Date | null> {
  return Object.fromEntries(
    Object.entries(values).map(([column, value]) => [
      column,
      timeColumns.has(column) && typeof value === 'string' ? new Date(value) : value,
    ]),
  )
}
