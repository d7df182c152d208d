import { setTimeout as sleep } from 'node:timers/promises'
import { schema } from '@holdfast/drizzle'
import { eq, sql } from 'drizzle-orm'
import { executeRows, type Database } from '../database/database.ts'
import type { Logger } from '../logger.ts'
import type { NodeRole } from '../node-role.ts'

const { nodes } = schema

const beatMs = 3_000
/** Three beats may fail before the others take a node for gone. */
const presumedGoneSeconds = 10
const keptSeconds = 3_600
const goodbyeMs = 1_000

const selectRunning = sql`select id::text as id from nodes
  where seen_at > now() - make_interval(secs => ${sql.raw(String(presumedGoneSeconds))})`

/** The nodes that run on the database, as it knows them. */
export async function readNodes(database: Database): Promise<string[]> {
  const rows = await executeRows<{ id: string }>(database.queries, selectRunning)
  return rows.map(({ id }) => id)
}

/**
 * Keeps this node's row, and says every three seconds which nodes run on the database, this one included. Resolves after the first time.
 * Disposing it removes the row.
 */
export async function startPresence(input: {
  readonly database: Database
  readonly nodeId: string
  readonly role: NodeRole
  readonly logger: Logger
  readonly onNodes: (ids: readonly string[]) => void
}): Promise<AsyncDisposable> {
  const { database, nodeId, role, logger, onNodes } = input
  let running = Promise.resolve()
  let isOver = false

  await database.queries
    .delete(nodes)
    .where(sql`${nodes.seenAt} < now() - make_interval(secs => ${sql.raw(String(keptSeconds))})`)
  await beat()
  const timer = setInterval(() => {
    running = running.then(beat).catch((error: unknown) => {
      // Those that were there last stay: sending to nobody is better than keeping something back.
      logger.warn({ event: 'node-unseen', err: error }, 'could not say that this node runs, trying again')
    })
  }, beatMs).unref()

  async function beat() {
    if (isOver) return
    const rows = await executeRows<{ id: string }>(
      database.queries,
      sql`with own as (
          insert into nodes (id, role) values (${nodeId}, ${role}) on conflict (id) do update set seen_at = now() returning id
        )
        ${selectRunning} union select id::text from own`,
    )
    onNodes(rows.map(({ id }) => id))
  }

  return {
    [Symbol.asyncDispose]: async () => {
      isOver = true
      clearInterval(timer)
      const leave = running.then(() => database.queries.delete(nodes).where(eq(nodes.id, nodeId)))
      // Where the database is away, the row is as good as gone in ten seconds.
      await Promise.race([leave.catch(() => {}), sleep(goodbyeMs, undefined, { ref: false })])
    },
  }
}
