import { migratePostgres, schema } from '@holdfast/drizzle'
import { drizzle } from 'drizzle-orm/postgres-js'
import type { Db } from 'pg-boss'
import postgres, { type Sql } from 'postgres'
import type { Database } from './database.ts'

// Pooled hosts hand every transaction to another connection, where a prepared statement of this one is unknown.
const connectionOptions = { prepare: false, onnotice: () => {} } as const

/** Connects to Postgres ≥ 15 and migrates it. Several nodes may start at once. */
export async function openPostgres(url: string): Promise<Database> {
  await migratePostgres(url)
  const client = postgres(url, { ...connectionOptions, max: 16 })
  const bossClient = postgres(url, { ...connectionOptions, max: 4, types: transparentJson })
  return {
    kind: 'postgres',
    queries: drizzle(client, { schema, casing: 'snake_case' }),
    boss: (onJob) => postgresToBoss(bossClient, onJob),
    wakeDispatchers: async (channel, queue) => {
      await bossClient`select pg_notify(${channel}, ${queue})`
    },
    close: async () => {
      await Promise.all([client.end({ timeout: 5 }), bossClient.end({ timeout: 5 })])
    },
  }
}

const toJson = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
const fromJson = (text: string): unknown => JSON.parse(text)

/** pg-boss passes JSON that is already text; postgres.js would encode it a second time. */
const transparentJson = {
  json: { to: 114, from: [114], serialize: toJson, parse: fromJson },
  jsonb: { to: 3802, from: [3802], serialize: toJson, parse: fromJson },
}

function postgresToBoss(client: Sql<{ json: unknown; jsonb: unknown }>, onJob: (queue: string) => void): Db {
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
    listen: async (channel, onNotification, onReconnect) => {
      const { unlisten } = await client.listen(
        channel,
        (payload) => {
          onNotification(payload)
          onJob(payload)
        },
        onReconnect,
      )
      return { close: () => unlisten() }
    },
  }
}

/** Several statements give a list of results, one gives its rows. */
function flatten(result: unknown): unknown[] {
  const rows = [...(result as Iterable<unknown>)]
  return rows.length > 0 && rows.every(Array.isArray) ? rows.flatMap((part) => [...part]) : rows
}
