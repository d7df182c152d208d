import type { Transaction } from '@electric-sql/pglite'

interface Column {
  readonly name: string
  readonly type: string
  readonly isNullable: boolean
  readonly hasDefault: boolean
  readonly isGenerated: boolean
}

/** Two of everything, which differ in all their values. */
const ids = ['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002'] as const

/**
 * Fills every table of a database with two rows, whatever its schema is: one with the columns that have to be given, and one with as many
 * others as its rules allow. All ids of a row are the same, so that every reference leads to a row. Values of lists come from the rules.
 */
export async function fillTables(tx: Transaction): Promise<Record<string, number>> {
  const columns = await readColumns(tx)
  const lists = await readLists(tx)
  // Each row is made here, and nothing beside it.
  await setTriggers(tx, columns.keys(), 'disable')
  for (const [variant, id] of ids.entries()) {
    const waiting = new Set(columns.keys())
    // A table has to wait for those that it refers to.
    while (waiting.size > 0) {
      const before = waiting.size
      for (const table of waiting) {
        const all = columns.get(table) ?? []
        const isDone = await insertOne(
          tx,
          table,
          all,
          (column) => toValues(column, id, lists.get(`${table}.${column.name}`)),
          variant === 1,
        )
        if (isDone) waiting.delete(table)
      }
      if (waiting.size === before) throw new Error(`no row could be made for ${[...waiting].join(', ')}`)
    }
  }
  await setTriggers(tx, columns.keys(), 'enable')
  const counts: Record<string, number> = {}
  for (const table of columns.keys()) {
    const { rows } = await tx.query<{ n: number }>(`select count(*)::int as n from "${table}"`)
    counts[table] = rows[0]?.n ?? 0
  }
  return counts
}

/** All columns that a table had, as text, in an order that does not depend on the schema. */
export async function readTable(tx: Transaction, table: string, names: readonly string[]): Promise<unknown[]> {
  const values = names.map((name) => `"${name}"::text`).join(', ')
  return (await tx.query(`select ${values} from "${table}" order by 1, 2`)).rows
}

export async function readColumns(tx: Transaction): Promise<Map<string, Column[]>> {
  const { rows } = await tx.query<Column & { table: string }>(`
    select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type, not a.attnotnull as "isNullable",
      a.atthasdef as "hasDefault", a.attgenerated <> '' or a.attidentity <> '' as "isGenerated"
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`)
  return Map.groupBy(rows, ({ table }) => table)
}

/** Those of our own: references are checked all the same. */
async function setTriggers(tx: Transaction, tables: Iterable<string>, action: 'enable' | 'disable'): Promise<void> {
  for (const table of tables) await tx.exec(`alter table "${table}" ${action} trigger user`)
}

/** The values that rules of the form `column in (…)` name, by table and column. */
async function readLists(tx: Transaction): Promise<Map<string, string[]>> {
  const { rows } = await tx.query<{ table: string; definition: string }>(`
    select c.relname as table, pg_get_constraintdef(r.oid) as definition from pg_constraint r
    join pg_class c on c.oid = r.conrelid where r.contype = 'c' and c.relnamespace = 'public'::regnamespace`)
  const lists = new Map<string, string[]>()
  for (const { table, definition } of rows) {
    const found = /^CHECK \(\((\w+) = ANY \(ARRAY\[(.*)\]\)\)\)$/u.exec(definition)
    if (!found) continue
    const values = [...(found[2] ?? '').matchAll(/'([^']*)'/gu)].map(([, value]) => value ?? '')
    lists.set(`${table}.${found[1]}`, values)
  }
  return lists
}

function toValues({ name, type }: Column, id: string, list: readonly string[] | undefined): readonly string[] {
  if (list) return list
  const n = id.at(-1) ?? '0'
  const byType: Record<string, string> = {
    uuid: id,
    boolean: 'true',
    integer: n,
    bigint: n,
    'double precision': `${n}.5`,
    jsonb: '{"a": [1, "ä"]}',
    date: `2026-01-0${n}`,
    tsvector: `'word':${n}`,
    'text[]': '{chat,"two words"}',
    'timestamp with time zone': `2026-01-0${n}T12:34:56.789Z`,
    bytea: `\\x0${n}`,
    // A hash.
    character: n.repeat(64),
  }
  const value = byType[type]
  if (value !== undefined) return [value]
  if (type !== 'text') throw new Error(`no value is known for the type ${type} of ${name}`)
  return [/parts|payload/u.test(name) ? '[]' : `${name} ${n} “ä” \\u0000`]
}

/** Tries the combinations of values that lists allow, until the rules of the table take one. Optional columns are given while they are taken. */
async function insertOne(
  tx: Transaction,
  table: string,
  columns: readonly Column[],
  valuesOf: (column: Column) => readonly string[],
  givesOptional: boolean,
): Promise<boolean> {
  const writable = columns.filter(({ isGenerated }) => !isGenerated)
  const needed = writable.filter(({ isNullable, hasDefault }) => !isNullable && !hasDefault)
  const optional = givesOptional ? writable.filter((column) => !needed.includes(column)) : []
  const chosen = await findTaken(tx, table, needed, valuesOf)
  if (!chosen) return false
  // One more column at a time: those that the rules do not take beside the others stay as they are.
  const given = new Map(chosen)
  for (const column of optional) {
    for (const value of valuesOf(column)) {
      const more = new Map(given).set(column.name, value)
      if (!(await isTaken(tx, table, more, false))) continue
      given.set(column.name, value)
      break
    }
  }
  return isTaken(tx, table, given, true)
}

async function findTaken(
  tx: Transaction,
  table: string,
  columns: readonly Column[],
  valuesOf: (column: Column) => readonly string[],
): Promise<Map<string, string> | null> {
  let combinations: Map<string, string>[] = [new Map()]
  for (const column of columns) {
    combinations = combinations.flatMap((known) => valuesOf(column).map((value) => new Map(known).set(column.name, value)))
  }
  for (const values of combinations) if (await isTaken(tx, table, values, false)) return values
  return null
}

/** Whether the table takes a row. Only with `keeps` is it there afterwards. */
async function isTaken(tx: Transaction, table: string, values: ReadonlyMap<string, string>, keeps: boolean): Promise<boolean> {
  const names = Array.from(values.keys(), (name) => `"${name}"`)
  const places = names.map((_, index) => `$${index + 1}`)
  await tx.exec('savepoint attempt')
  try {
    const texts = Array.from(values.values())
    await tx.query(`insert into "${table}" (${names.join(', ')}) values (${places.join(', ')})`, texts, { serializers: asText })
    if (!keeps) await tx.exec('rollback to savepoint attempt')
    return true
  } catch {
    // The rules of the table refuse it: another row is tried, and none at all fails the test.
    await tx.exec('rollback to savepoint attempt')
    return false
  }
}

/** Every value is a text, as Postgres reads it. */
const asText: Record<number, (value: unknown) => string> = Object.fromEntries(
  [16, 17, 20, 21, 23, 25, 114, 701, 1009, 1082, 1184, 2950, 3614, 3802].map((oid) => [oid, String]),
)
