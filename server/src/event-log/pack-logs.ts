import { activeStatusCondition, schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, asc, between, eq, gte, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm'
import type { Database, Transaction } from '../platform/database/database.ts'
import { recordsToPayload, rowToRecords } from './packed-row.ts'

const { conversationLog, generations } = schema

/** Limits of one transaction, which keeps an embedded database from everybody else. */
const rowsPerStep = 2_000
const bytesPerStep = 256 * 1024
/** Limits of one packed row. A reader whose cursor stands in it has it taken apart. */
const eventsPerRow = 2_000
const bytesPerRow = 64 * 1024
const generationsPerRun = 50
/** Readers that were away for a moment find the rows that they have read a part of. */
const restSeconds = 60

type Row = typeof conversationLog.$inferSelect

/** Another node packs or prunes the same rows. */
class RowsMovedError extends Error {
  override readonly name = 'RowsMovedError'
}

/**
 * Packs the log of answers that have ended, so that it costs at most twice their text: see packed-row.ts. Rows of a generation that has not
 * ended are left as they are, and so are seqs. Each step is one short transaction. Gives the number of rows that are gone.
 */
export async function packLogs(database: Database, { rested = restSeconds }: { readonly rested?: number } = {}): Promise<number> {
  const ended = await database.queries
    .select({ id: generations.id, conversationId: generations.conversationId })
    .from(generations)
    .where(
      and(
        isNull(generations.logPackedAt),
        isNotNull(generations.endedAt),
        lte(generations.endedAt, sql`now() - make_interval(secs => ${rested})`),
      ),
    )
    .orderBy(asc(generations.endedAt))
    .limit(generationsPerRun)
  let gone = 0
  for (const generation of ended) {
    try {
      gone += await packGeneration(database, generation)
    } catch (error) {
      // The next run finds what is left of it.
      if (error instanceof RowsMovedError) continue
      throw error
    }
    await database.queries
      .update(generations)
      .set({ logPackedAt: sql`now()` })
      .where(eq(generations.id, generation.id))
  }
  return gone
}

async function packGeneration(database: Database, generation: { readonly id: Id; readonly conversationId: Id }): Promise<number> {
  const [range] = await database.queries
    .select({
      first: sql<string | null>`min(${conversationLog.fromSeq})`,
      last: sql<string | null>`max(${conversationLog.fromSeq})`,
    })
    .from(conversationLog)
    .where(eq(conversationLog.generationId, generation.id))
  if (!range || range.first === null || range.last === null) return 0
  const last = Number(range.last)
  let gone = 0
  for (let from = Number(range.first); from <= last;) {
    const step = await database.queries.transaction((tx) => packStep(tx, generation.conversationId, from, last))
    gone += step.gone
    from = step.next
  }
  return gone
}

/** Packs the rows that begin in `[from, last]`, as far as one step goes. `next`: where to go on. */
async function packStep(
  tx: Transaction,
  conversationId: Id,
  from: number,
  last: number,
): Promise<{ readonly gone: number; readonly next: number }> {
  const rows = await readRows(tx, conversationId, from, last)
  const running = new Set(
    (
      await tx
        .select({ id: generations.id })
        .from(generations)
        .where(and(eq(generations.conversationId, conversationId), activeStatusCondition(generations.status)))
    ).map(({ id }) => id),
  )
  let gone = 0
  for (const group of toGroups(rows, running)) {
    await replaceRows(tx, group)
    gone += group.length - 1
  }
  return { gone, next: (rows.at(-1)?.fromSeq ?? last) + 1 }
}

async function readRows(tx: Transaction, conversationId: Id, from: number, last: number): Promise<Row[]> {
  const page = tx
    .select()
    .from(conversationLog)
    .where(
      and(
        eq(conversationLog.conversationId, conversationId),
        gte(conversationLog.fromSeq, from),
        lte(conversationLog.fromSeq, last),
      ),
    )
    .orderBy(asc(conversationLog.fromSeq))
    .limit(rowsPerStep)
    .as('page')
  const { fromSeq, n, generationId, at, payload } = page
  const bytesBefore = sql<number>`sum(octet_length(${payload})) over (order by ${fromSeq}) - octet_length(${payload})`
  const measured = tx
    .select({ fromSeq, n, generationId, at, payload, bytesBefore: bytesBefore.as('bytes_before') })
    .from(page)
    .as('measured')
  const rows = await tx.select().from(measured).where(lt(measured.bytesBefore, bytesPerStep)).orderBy(asc(measured.fromSeq))
  return rows.map(({ bytesBefore: _, ...row }) => ({ conversationId, ...row }))
}

/** Neighbours that become one row, at least two each. */
function toGroups(rows: readonly Row[], running: ReadonlySet<Id>): Row[][] {
  const groups: Row[][] = []
  let group: Row[] = []
  let [events, bytes] = [0, 0]
  const close = () => {
    if (group.length > 1) groups.push(group)
    group = []
    events = 0
    bytes = 0
  }
  for (const row of rows) {
    const before = group.at(-1)
    const size = textSize(row)
    if (row.generationId !== null && running.has(row.generationId)) {
      close()
      continue
    }
    const isNext = before === undefined || before.fromSeq + before.n === row.fromSeq
    if (!isNext || events + row.n > eventsPerRow || bytes + size > bytesPerRow) close()
    group.push(row)
    events += row.n
    bytes += size
  }
  close()
  return groups
}

/** About what surrounds the text of a delta in a row that is not packed. */
const deltaOverhead = 110

/** About the bytes that a row adds to a packed one. */
function textSize({ payload, n }: Row): number {
  return payload.startsWith('{') ? payload.length : Math.max(n, payload.length - n * deltaOverhead)
}

async function replaceRows(tx: Transaction, group: readonly Row[]): Promise<void> {
  const [first] = group
  const last = group.at(-1)
  if (!first || !last) return
  const { conversationId, fromSeq, at, generationId } = first
  const deleted = await tx
    .delete(conversationLog)
    .where(and(eq(conversationLog.conversationId, conversationId), between(conversationLog.fromSeq, fromSeq, last.fromSeq)))
    .returning({ n: conversationLog.n })
  if (deleted.length !== group.length) throw new RowsMovedError(`the log of ${conversationId} has changed at ${fromSeq}`)
  await tx.insert(conversationLog).values({
    conversationId,
    fromSeq,
    n: group.reduce((sum, row) => sum + row.n, 0),
    // Events of several generations belong to none.
    generationId: group.every((row) => row.generationId === generationId) ? generationId : null,
    at,
    payload: recordsToPayload(group.flatMap(rowToRecords)),
  })
}
