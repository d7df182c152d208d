import { schema } from '@holdfast/drizzle'
import { sql, type SQL } from 'drizzle-orm'

const { modelCalls } = schema

const toNumber = (value: SQL) => sql<number>`${value}`.mapWith(Number)

/** Sums over rows of the ledger, for a `select`. */
export const usageSums = {
  calls: toNumber(sql`count(*)`),
  inputTokens: toNumber(sql`coalesce(sum(${modelCalls.inputTokens}), 0)`),
  outputTokens: toNumber(sql`coalesce(sum(${modelCalls.outputTokens}), 0)`),
  cachedInputTokens: toNumber(sql`coalesce(sum(${modelCalls.cachedInputTokens}), 0)`),
  /** Of the calls whose cost is known. */
  costMicroUsd: toNumber(sql`coalesce(sum(${modelCalls.costMicroUsd}), 0)`),
  unknownCostCalls: toNumber(sql`count(*) filter (where ${modelCalls.costMicroUsd} is null)`),
  estimatedCalls: toNumber(sql`count(*) filter (where ${modelCalls.estimated})`),
}

/** The sums over no rows. */
export const noUsage = {
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  costMicroUsd: 0,
  unknownCostCalls: 0,
  estimatedCalls: 0,
}
