import type { CompletionFilter } from '@holdfast/shared'
import { eq, isNotNull, isNull, type SQL } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'

export function toCompletionFilter(completedAt: AnyPgColumn, status: CompletionFilter): SQL | undefined {
  if (status === 'all') return undefined
  return status === 'pending' ? isNull(completedAt) : isNotNull(completedAt)
}

/** Null: only rows without a value; undefined: all rows. */
export function toValueFilter(column: AnyPgColumn, value: string | null | undefined): SQL | undefined {
  if (value === undefined) return undefined
  return value === null ? isNull(column) : eq(column, value)
}
