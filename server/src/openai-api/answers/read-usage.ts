import { schema } from '@holdfast/drizzle'
import { and, eq, gte, lt, sql } from 'drizzle-orm'
import type { Queries } from '../../platform/database/database.ts'
import { readNextResponse, type ApiResponse } from '../response-row.ts'

const { modelCalls } = schema

export interface ApiUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedInputTokens: number
}

/** The tokens of the model calls that were made for a response, and not for an earlier or a later one of the same answer. */
export async function readResponseUsage(queries: Queries, response: ApiResponse): Promise<ApiUsage> {
  const { generationId, createdAt } = response
  const next = await readNextResponse(queries, response)
  const [sum] = await queries
    .select({
      input: sql<number>`coalesce(sum(${modelCalls.inputTokens}), 0)::int`,
      output: sql<number>`coalesce(sum(${modelCalls.outputTokens}), 0)::int`,
      cached: sql<number>`coalesce(sum(${modelCalls.cachedInputTokens}), 0)::int`,
    })
    .from(modelCalls)
    .where(
      and(
        eq(modelCalls.messageId, response.messageId),
        eq(modelCalls.generationId, generationId),
        gte(modelCalls.startedAt, createdAt),
        next ? lt(modelCalls.startedAt, next.createdAt) : undefined,
      ),
    )
  return { inputTokens: sum?.input ?? 0, outputTokens: sum?.output ?? 0, cachedInputTokens: sum?.cached ?? 0 }
}
