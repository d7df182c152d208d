import type { schema } from '@holdfast/drizzle'
import type { SQL } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type { Db } from 'pg-boss'

/** Queries that run the same on PGlite and Postgres, outside or inside a transaction. */
export type Queries = PgDatabase<PgQueryResultHKT, typeof schema>
/** Queries inside a transaction. On PGlite anything else would wait for this one to end: inside, use only this. */
export type Transaction = Parameters<Parameters<Queries['transaction']>[0]>[0]

/** The database and what differs between its two kinds. */
export interface Database {
  readonly kind: 'pglite' | 'postgres'
  readonly queries: Queries
  /** The same handle for pg-boss, which neither listens nor notifies. */
  readonly boss: () => Db
  /**
   * What the database is busy with. Postgres: the connections of all nodes by state, as the database sees them. Embedded: the
   * transactions that run and wait, of which one runs at a time.
   */
  readonly load: () => Promise<Record<string, number>>
  /** Copies the files of the embedded database, complete and at one moment, to a path that does not exist. Null: it has no files here. */
  readonly copyFiles: ((target: string) => Promise<void>) | null
  readonly close: () => Promise<void>
}

/** The rows of a raw statement: the two drivers shape their results differently. */
export async function executeRows<Row extends Record<string, unknown>>(queries: Queries, statement: SQL): Promise<Row[]> {
  const result: unknown = await queries.execute(statement)
  if (Array.isArray(result)) return [...(result as Row[])]
  return (result as { rows: Row[] }).rows
}
