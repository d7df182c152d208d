import { sql, type SQL } from 'drizzle-orm'
import { executeRows, type Queries } from '../platform/database/database.ts'
import { tableNames } from '../platform/database/check-schema.ts'

/** Rows on their way from one database to another, or into a file. */
export interface TableRows {
  readonly table: string
  /** Each a JSON array with a text or null for each column, in the order of the table's columns. */
  readonly lines: readonly string[]
}

export interface TableColumns {
  readonly name: string
  readonly columns: readonly string[]
}

const rowsPerFetch = 100
/** About this many characters of rows are in memory at a time; a single row may be larger. */
const charactersPerBatch = 2 * 1024 * 1024

/** Our tables that a database has, with the columns that hold data. */
export async function readTables(queries: Queries): Promise<TableColumns[]> {
  const rows = await executeRows<{ name: string; column: string }>(
    queries,
    sql`select c.relname as name, a.attname as column
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      order by c.relname, a.attnum`,
  )
  const ours = new Set(tableNames)
  const tables = Map.groupBy(
    rows.filter(({ name }) => ours.has(name)),
    ({ name }) => name,
  )
  return Array.from(tables, ([name, columns]) => ({ name, columns: columns.map(({ column }) => column) }))
}

export async function countRows(queries: Queries, table: string): Promise<number> {
  const [row] = await executeRows<{ n: string }>(queries, sql`select count(*)::text as n from ${toTable(table)}`)
  return Number(row?.n ?? 0)
}

/** All rows of a table, in batches. The queries are those of a transaction, which may run nothing else in the meantime. */
export async function* dumpTable(queries: Queries, { name, columns }: TableColumns): AsyncGenerator<TableRows> {
  const values = columns.map((column) => sql`${sql.identifier(column)}::text`)
  await queries.execute(
    sql`declare holdfast_dump no scroll cursor for select json_build_array(${sql.join(values, sql`, `)})::text as line from ${toTable(name)}`,
  )
  let lines: string[] = []
  let length = 0
  for (;;) {
    const rows = await executeRows<{ line: string }>(
      queries,
      sql`fetch forward ${sql.raw(String(rowsPerFetch))} from holdfast_dump`,
    )
    for (const { line } of rows) {
      lines.push(line)
      length += line.length
      if (length < charactersPerBatch) continue
      yield { table: name, lines }
      lines = []
      length = 0
    }
    if (rows.length < rowsPerFetch) break
  }
  if (lines.length > 0) yield { table: name, lines }
  await queries.execute(sql`close holdfast_dump`)
}

/** How values are written as text, so that any server reads them back as they were. Holds until the end of the transaction. */
export async function fixTextFormats(queries: Queries): Promise<void> {
  for (const setting of [
    "timezone to 'UTC'",
    "datestyle to 'ISO, YMD'",
    "intervalstyle to 'postgres'",
    'extra_float_digits to 1',
    "bytea_output to 'hex'",
  ]) {
    await queries.execute(sql.raw(`set local ${setting}`))
  }
}

export function toTable(name: string): SQL {
  return sql`public.${sql.identifier(name)}`
}
