import { sql } from 'drizzle-orm'
import { executeRows, type Queries, type Transaction } from '../platform/database/database.ts'
import { BackupError } from './backup-error.ts'
import { toTable, type TableColumns, type TableRows } from './dump-tables.ts'

/** Writes rows into the empty tables of a database. */
export interface TableLoader {
  readonly load: (rows: TableRows) => Promise<void>
  /** Puts back what the loading has set aside: every row is checked against the others. */
  readonly finish: () => Promise<void>
}

/**
 * Sets aside the references between tables, which have circles, and the triggers, and takes rows in any order. Inside of a transaction:
 * until its end nobody sees any of it.
 * @throws BackupError for a table or a column that the database does not have
 */
export async function createLoader(tx: Transaction, tables: readonly TableColumns[]): Promise<TableLoader> {
  const types = await readTypes(tx)
  const references = await dropReferences(tx, new Set(tables.map(({ name }) => name)))
  for (const { name } of tables) {
    if (!types.has(name))
      throw new BackupError(`The backup has a table ${name} that its own schema does not have: it is damaged.`)
    await tx.execute(sql`alter table ${toTable(name)} disable trigger user`)
  }
  const statements = new Map(
    tables.map(({ name, columns }) => {
      const values = columns.map((column, index) => {
        const type = types.get(name)?.get(column)
        if (type === undefined)
          throw new BackupError(`The backup has a column ${name}.${column} that its own schema does not have: it is damaged.`)
        return sql`(line->>${sql.raw(String(index))})::${sql.raw(type)}`
      })
      const names = columns.map((column) => sql.identifier(column))
      const insert = sql`insert into ${toTable(name)} (${sql.join(names, sql`, `)}) overriding system value
        select ${sql.join(values, sql`, `)}`
      return [name, insert] as const
    }),
  )
  return {
    async load({ table, lines }) {
      const insert = statements.get(table)
      if (!insert) throw new BackupError(`The backup has rows of ${table}, which is not in its list of tables: it is damaged.`)
      // As text first: a driver would encode a JSON parameter once more.
      await tx.execute(sql`${insert} from json_array_elements((${`[${lines.join(',')}]`}::text)::json) as rows(line)`)
    },
    async finish() {
      for (const { name, columns } of tables) {
        await tx.execute(sql`alter table ${toTable(name)} enable trigger user`)
        await continueSequences(tx, name, columns)
      }
      for (const { table, name, definition } of references) {
        await tx.execute(sql`alter table ${toTable(table)} add constraint ${sql.identifier(name)} ${sql.raw(definition)}`)
      }
    },
  }
}

/** The types of the columns, by table and column. */
async function readTypes(queries: Queries): Promise<Map<string, Map<string, string>>> {
  const rows = await executeRows<{ name: string; column: string; type: string }>(
    queries,
    sql`select c.relname as name, a.attname as column, format_type(a.atttypid, a.atttypmod) as type
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped`,
  )
  const types = new Map<string, Map<string, string>>()
  for (const { name, column, type } of rows) {
    const columns = types.get(name) ?? new Map<string, string>()
    types.set(name, columns.set(column, type))
  }
  return types
}

async function dropReferences(
  tx: Transaction,
  ours: ReadonlySet<string>,
): Promise<{ table: string; name: string; definition: string }[]> {
  const all = await executeRows<{ table: string; name: string; definition: string }>(
    tx,
    sql`select c.relname as table, r.conname as name, pg_get_constraintdef(r.oid) as definition
      from pg_constraint r join pg_class c on c.oid = r.conrelid
      where r.contype = 'f' and c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by c.relname, r.conname`,
  )
  const references = all.filter(({ table }) => ours.has(table))
  for (const { table, name } of references) {
    await tx.execute(sql`alter table ${toTable(table)} drop constraint ${sql.identifier(name)}`)
  }
  return references
}

/** Numbers that the database gives by itself go on after the greatest that is there. */
async function continueSequences(tx: Transaction, table: string, columns: readonly string[]): Promise<void> {
  for (const column of columns) {
    const [row] = await executeRows<{ name: string | null }>(
      tx,
      sql`select pg_get_serial_sequence(${`public.${JSON.stringify(table)}`}, ${column}) as name`,
    )
    if (!row?.name) continue
    await tx.execute(
      sql`select setval(${row.name}::regclass, coalesce((select max(${sql.identifier(column)}) from ${toTable(table)}), 0) + 1, false)`,
    )
  }
}
