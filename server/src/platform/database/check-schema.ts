import { schema } from '@holdfast/drizzle'
import { getTableColumns, is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import { errorToCode } from '../error-codes.ts'
import type { Queries } from './database.ts'

/** The tables of this version, by their names in the database. */
export const tableNames: readonly string[] = tables().map((table) => getTableConfig(table).name)

/** The tables that this version cannot read as it expects: missing ones, and those whose columns differ. Reads no rows. */
export async function findBrokenTables(queries: Queries): Promise<string[]> {
  const broken: string[] = []
  for (const table of tables()) {
    try {
      await queries.select(getTableColumns(table)).from(table).limit(0)
    } catch (error) {
      if (!['42P01', '42703'].includes(errorToCode(error) ?? '')) throw error
      broken.push(getTableConfig(table).name)
    }
  }
  return broken
}

function tables(): PgTable[] {
  return Object.values<unknown>(schema).filter((value): value is PgTable => is(value, PgTable))
}
