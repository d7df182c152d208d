import { schema } from '@holdfast/drizzle'
import type { Id, usageSummaryInput, usageSummaryOutput } from '@holdfast/shared'
import { and, eq, gte, lt, sql, type SQL } from 'drizzle-orm'
import type { z } from 'zod'
import type { Database } from '../database/database.ts'

const { conversations, modelCalls } = schema

type Summary = z.infer<typeof usageSummaryOutput>

const maxItems = 1_000
const dayMs = 86_400_000

/**
 * What a user's calls have used from the day `from` to the day `to`, both included, in the user's own days. An unknown cost is null and
 * counted in `unknownCostCalls`: a sum that leaves calls out would pass for cheap.
 */
export async function summarizeUsage(
  deps: { database: Database },
  userId: Id,
  input: z.output<typeof usageSummaryInput>,
): Promise<Summary> {
  const { queries } = deps.database
  const offsetMs = input.utcOffsetMinutes * 60_000
  const startOf = (day: string, days = 0) => toKnownTime(Date.parse(`${day}T00:00:00Z`) - offsetMs + days * dayMs)
  const isCounted = and(
    eq(modelCalls.userId, userId),
    input.from === undefined ? undefined : gte(modelCalls.startedAt, startOf(input.from)),
    input.to === undefined ? undefined : lt(modelCalls.startedAt, startOf(input.to, 1)),
  )
  const key = toKey(input.by, input.utcOffsetMinutes)
  const items = await queries
    .select({ key, ...sums })
    .from(modelCalls)
    .where(isCounted)
    .groupBy(key)
    .orderBy(input.by === 'day' ? key : sql`sum(${modelCalls.inputTokens} + ${modelCalls.outputTokens}) desc`)
    .limit(maxItems)
  const [total] = await queries.select(sums).from(modelCalls).where(isCounted)
  const titles = input.by === 'conversation' ? await readTitles(queries, userId) : new Map<string, string>()
  return {
    items: items.map((item) => ({ ...item, label: titles.get(item.key) ?? null })),
    total: total ?? {
      calls: 0,
      inputTokens: 0,
      outputTokens: 0,
      cachedInputTokens: 0,
      costMicroUsd: 0,
      unknownCostCalls: 0,
      estimatedCalls: 0,
    },
  }
}

const firstMs = Date.parse('0001-01-01T00:00:00Z')
const lastMs = Date.parse('9999-12-31T23:59:59.999Z')

/** Before the year 1 and after 9999 a time looks different on its way to the database. */
function toKnownTime(ms: number): Date {
  return new Date(Math.min(Math.max(ms, firstMs), lastMs))
}

const toNumber = (value: SQL) => sql<number>`${value}`.mapWith(Number)

const sums = {
  calls: toNumber(sql`count(*)`),
  inputTokens: toNumber(sql`coalesce(sum(${modelCalls.inputTokens}), 0)`),
  outputTokens: toNumber(sql`coalesce(sum(${modelCalls.outputTokens}), 0)`),
  cachedInputTokens: toNumber(sql`coalesce(sum(${modelCalls.cachedInputTokens}), 0)`),
  /** Of the calls whose cost is known. */
  costMicroUsd: toNumber(sql`coalesce(sum(${modelCalls.costMicroUsd}), 0)`),
  unknownCostCalls: toNumber(sql`count(*) filter (where ${modelCalls.costMicroUsd} is null)`),
  estimatedCalls: toNumber(sql`count(*) filter (where ${modelCalls.estimated})`),
}

function toKey(by: 'day' | 'model' | 'conversation', utcOffsetMinutes: number): SQL<string> {
  if (by === 'model') return sql<string>`${modelCalls.model}`
  if (by === 'conversation') return sql<string>`${modelCalls.conversationId}::text`
  // The number is validated; written out, so that the expression is the same one in the list and in the grouping.
  const offset = sql.raw(String(utcOffsetMinutes))
  return sql<string>`to_char(${modelCalls.startedAt} at time zone 'UTC' + interval '1 minute' * ${offset}, 'YYYY-MM-DD')`
}

async function readTitles(queries: Database['queries'], userId: Id): Promise<Map<string, string>> {
  const rows = await queries
    .select({ id: conversations.id, title: conversations.title })
    .from(conversations)
    .where(eq(conversations.userId, userId))
  return new Map(rows.map(({ id, title }) => [id, title]))
}
