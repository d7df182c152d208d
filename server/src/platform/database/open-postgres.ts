import { migratePostgres, schema } from '@holdfast/drizzle'
import { drizzle } from 'drizzle-orm/postgres-js'
import type { Db } from 'pg-boss'
import postgres, { type Sql } from 'postgres'
import { errorToCodes } from '../error-codes.ts'
import { StartError } from '../start-error.ts'
import { findBrokenTables } from './check-schema.ts'
import type { Database } from './database.ts'
import { keepsStatements } from './keeps-statements.ts'
import { isNewer, newestMigration, readMigration } from './read-migration.ts'

/** No query waits longer for the server than this: it ends a statement before the driver gives up the connection. */
const statementTimeoutMs = 20_000
const silenceTimeoutSeconds = 25
/** A transaction that its process has forgotten holds its locks no longer than this. */
const idleInTransactionMs = 30_000

/** Each takes some ten kilobytes of the server's memory on each connection. */
const maxPrepared = 256

const connectionOptions = {
  prepare: false,
  onnotice: () => {},
  connect_timeout: 10,
  keep_alive: 10,
  silence_timeout: silenceTimeoutSeconds,
} as const

/** By this name a program that needs the database for itself, and an administrator, find the connections of nodes that are running. */
export const applicationName = 'holdfast'

const sessionSettings = {
  application_name: applicationName,
  statement_timeout: statementTimeoutMs,
  idle_in_transaction_session_timeout: idleInTransactionMs,
} as const

const connectProblems: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the database does not answer (ECONNREFUSED). Start it, or mend the address.',
  ECONNRESET: 'the database ended the connection (ECONNRESET).',
  ENOTFOUND: 'its host is not known (ENOTFOUND). Mend the address.',
  EAI_AGAIN: 'its host cannot be looked up at the moment (EAI_AGAIN).',
  EHOSTUNREACH: 'its host cannot be reached (EHOSTUNREACH).',
  ENETUNREACH: 'its network cannot be reached (ENETUNREACH).',
  ETIMEDOUT: 'the database does not answer (ETIMEDOUT).',
  CONNECT_TIMEOUT: 'the database does not answer (CONNECT_TIMEOUT).',
  '28P01': 'the database refuses the user or the password.',
  '28000': 'the database refuses the user.',
  '3D000': 'there is no database of that name. Create it, or mend the address.',
  '42501': 'the user may not create tables in that database.',
  '53300': 'the database has no connection left. Raise max_connections, or end other clients.',
}

/** Names DATABASE_URL for an error that its operator can mend; gives any other back as it is. Never the address: it holds the password. */
export function toConnectError(error: unknown): unknown {
  const code = errorToCodes(error).find((candidate) => candidate in connectProblems)
  return code === undefined ? error : new StartError(`DATABASE_URL: ${connectProblems[code]}`, { cause: error })
}

/**
 * Connects to Postgres ≥ 15 and migrates it. Several nodes may start at the same time.
 * @throws StartError when it cannot be reached or refuses us
 */
export async function openPostgres(url: string): Promise<Database> {
  const migration = await readMigrationAt(url)
  if (migration > newestMigration) throw new StartError(isNewer('DATABASE_URL'))
  await migratePostgres(url).catch((error: unknown) => Promise.reject(toConnectError(error)))
  const database = await connectPostgres(url)
  const [broken] = migration === newestMigration ? [] : await findBrokenTables(database.queries)
  if (broken === undefined) return database
  await database.close()
  throw new StartError(`DATABASE_URL: the table ${broken} is not as this version expects it. Run "holdfast doctor".`)
}

/** Connects to a database that is migrated, or that is to be looked at as it is. */
async function connectPostgres(url: string): Promise<Database> {
  const connection = (await takesSessionSettings(url)) ? sessionSettings : { application_name: applicationName }
  const prepared = (await keepsStatements(() => postgres(url, { ...connectionOptions, max: 1 })))
    ? { prepare: true, prepare_unsafe: true, max_prepared: maxPrepared }
    : {}
  const options = { ...connectionOptions, ...prepared, connection }
  const client = postgres(url, { ...options, max: 16 })
  const bossClient = postgres(url, { ...options, max: 4, types: transparentJson })
  return {
    kind: 'postgres',
    queries: drizzle(client, { schema, casing: 'snake_case' }),
    boss: () => postgresToBoss(bossClient),
    copyFiles: null,
    load: async () => {
      const rows = await client<{ state: string; count: number }[]>`
        select coalesce(state, 'other') as state, count(*)::int as count from pg_stat_activity
        where datname = current_database() and application_name = ${applicationName} group by 1`
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
    },
    close: async () => {
      await Promise.all([client.end({ timeout: 5 }), bossClient.end({ timeout: 5 })])
    },
  }
}

async function readMigrationAt(url: string): Promise<number> {
  const { queries, close } = connectForOneClient(url)
  try {
    return await readMigration(queries)
  } catch (error) {
    throw toConnectError(error)
  } finally {
    await close()
  }
}

/**
 * One connection without deadlines, to a database as it is: for a program that reads or writes all of it in one transaction. A transaction
 * holds the connection until it ends.
 * @throws nothing yet: it connects with the first query, whose errors {@link toConnectError} translates
 */
export function connectForOneClient(url: string): Pick<Database, 'queries' | 'close'> {
  const client = postgres(url, { ...connectionOptions, silence_timeout: 0, max: 1 })
  return { queries: drizzle(client, { schema, casing: 'snake_case' }), close: () => client.end({ timeout: 5 }) }
}

/** Some poolers refuse a connection that begins with settings (08P01); behind them the driver's own deadline has to do. */
async function takesSessionSettings(url: string): Promise<boolean> {
  const probe = postgres(url, { ...connectionOptions, connection: sessionSettings, max: 1 })
  try {
    await probe`select 1`
    return true
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code === '08P01') return false
    throw error
  } finally {
    await probe.end({ timeout: 5 })
  }
}

const toJson = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
const fromJson = (text: string): unknown => JSON.parse(text)

/** pg-boss passes JSON that is already text; postgres.js would encode it a second time. */
const transparentJson = {
  json: { to: 114, from: [114], serialize: toJson, parse: fromJson },
  jsonb: { to: 3802, from: [3802], serialize: toJson, parse: fromJson },
}

function postgresToBoss(client: Sql<{ json: unknown; jsonb: unknown }>): Db {
  return {
    executeSql: async (text: string, values?: unknown[]) => {
      if (values?.length) return { rows: [...(await client.unsafe(text, values as never[]))] }
      if (!/^\s*BEGIN\b/iu.test(text)) return { rows: flatten(await client.unsafe(text)) }
      // A block of several statements must keep one connection; a pooled client refuses `BEGIN`.
      const reserved = await client.reserve()
      try {
        return { rows: flatten(await reserved.unsafe(text)) }
      } catch (error) {
        await reserved.unsafe('ROLLBACK')
        throw error
      } finally {
        reserved.release()
      }
    },
  }
}

/** Several statements give a list of results, one gives its rows. */
function flatten(result: unknown): unknown[] {
  const rows = [...(result as Iterable<unknown>)]
  return rows.length > 0 && rows.every(Array.isArray) ? rows.flatMap((part) => [...part]) : rows
}
