import { schema } from '@holdfast/drizzle'
import type { adminUsageSummaryInput, AdminUsageSummary } from '@holdfast/shared'
import { and, desc, eq, gte, lt, sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { z } from 'zod'
import type { Database } from '../../platform/database/database.ts'
import { noUsage, usageSums } from '../../usage/usage-sums.ts'

const { modelCalls, toolCalls, users } = schema

const maxItems = 1_000
const dayMs = 86_400_000

/** What all people have used from the day `from` to the day `to` (UTC), both inclusive. Names of people and tools, no content. */
export async function getServerUsage(
  { database: { queries } }: { readonly database: Database },
  { from, to, by }: z.output<typeof adminUsageSummaryInput>,
): Promise<AdminUsageSummary> {
  const within = (time: PgColumn): SQL | undefined =>
    and(
      from === undefined ? undefined : gte(time, new Date(from)),
      to === undefined ? undefined : lt(time, new Date(new Date(to).getTime() + dayMs)),
    )
  const isCounted = within(modelCalls.startedAt)
  const [total = noUsage] = await queries.select(usageSums).from(modelCalls).where(isCounted)
  if (by === 'tool') {
    const calls = sql`count(*)`.mapWith(Number)
    const tools = await queries
      .select({ key: toolCalls.name, calls })
      .from(toolCalls)
      .where(within(toolCalls.createdAt))
      .groupBy(toolCalls.name)
      .orderBy(desc(calls), toolCalls.name)
      .limit(maxItems)
    return { items: tools.map((tool) => ({ ...noUsage, ...tool, label: null })), total }
  }
  const key = {
    user: sql<string>`${modelCalls.userId}::text`,
    model: sql<string>`${modelCalls.model}`,
    day: sql<string>`to_char(${modelCalls.startedAt} at time zone 'UTC', 'YYYY-MM-DD')`,
  }[by]
  const items = await queries
    .select({ key, label: by === 'user' ? sql<string | null>`max(${users.name})` : sql<string | null>`null`, ...usageSums })
    .from(modelCalls)
    .innerJoin(users, eq(users.id, modelCalls.userId))
    .where(isCounted)
    .groupBy(key)
    .orderBy(by === 'day' ? key : sql`sum(${modelCalls.inputTokens} + ${modelCalls.outputTokens}) desc`)
    .limit(maxItems)
  return { items, total }
}
