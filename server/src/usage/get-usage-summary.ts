import { schema } from '@holdfast/drizzle'
import type { Id, usageSummaryInput, usageSummaryOutput } from '@holdfast/shared'
import { and, eq, sql, type SQL } from 'drizzle-orm'
import type { z } from 'zod'
import type { Database } from '../platform/database/database.ts'
import { noUsage, usageSums } from './usage-sums.ts'
import { dayToStart, readDayZone, timeToDay, type DayZone } from '../platform/database/day-start.ts'

const { conversations, modelCalls } = schema

type Summary = z.infer<typeof usageSummaryOutput>

const maxItems = 1_000

/**
 * Usage of the user's model calls from the day `from` to the day `to`, both inclusive, in the user's time zone. Calls of unknown cost are
 * counted in `unknownCostCalls`, since a sum that silently left them out would look too low.
 */
export async function getUsageSummary(
  deps: { database: Database },
  userId: Id,
  input: z.output<typeof usageSummaryInput>,
): Promise<Summary> {
  const { queries } = deps.database
  const zone = await readDayZone(queries, input)
  const isCounted = and(
    eq(modelCalls.userId, userId),
    input.from === undefined ? undefined : sql`${modelCalls.startedAt} >= ${dayToStart(input.from, zone)}`,
    input.to === undefined ? undefined : sql`${modelCalls.startedAt} < ${dayToStart(input.to, zone, 1)}`,
  )
  const key = toKey(input.by, zone)
  const items = await queries
    .select({ key, ...usageSums })
    .from(modelCalls)
    .where(isCounted)
    .groupBy(key)
    .orderBy(input.by === 'day' ? key : sql`sum(${modelCalls.inputTokens} + ${modelCalls.outputTokens}) desc`)
    .limit(maxItems)
  const [total] = await queries.select(usageSums).from(modelCalls).where(isCounted)
  const titles = input.by === 'conversation' ? await readTitles(queries, userId) : new Map<string, string>()
  return {
    items: items.map((item) => ({ ...item, label: titles.get(item.key) ?? null })),
    total: total ?? noUsage,
  }
}

function toKey(by: 'day' | 'model' | 'conversation', zone: DayZone): SQL<string> {
  if (by === 'model') return sql<string>`${modelCalls.model}`
  if (by === 'conversation') return sql<string>`${modelCalls.conversationId}::text`
  return timeToDay(sql`${modelCalls.startedAt}`, zone)
}

async function readTitles(queries: Database['queries'], userId: Id): Promise<Map<string, string>> {
  const rows = await queries
    .select({ id: conversations.id, title: conversations.title })
    .from(conversations)
    .where(eq(conversations.userId, userId))
  return new Map(rows.map(({ id, title }) => [id, title]))
}
