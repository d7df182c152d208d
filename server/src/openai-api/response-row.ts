import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, asc, eq, sql } from 'drizzle-orm'
import type { CallerRequest } from '../generation/store/caller-request.ts'
import type { Queries } from '../platform/database/database.ts'
import { responseNotFound } from './response-ids.ts'
import type { CallerInput } from './requests/caller-input.ts'

const { apiResponses } = schema

/** What a program asked for, and where its answer stands in the log. */
export interface ApiResponse extends Omit<typeof apiResponses.$inferSelect, 'request'> {
  readonly request: Omit<CallerInput, 'messages' | 'stream'> & { readonly caller: CallerRequest }
}

/** @throws ApiError 404: somebody else's answers like one that does not exist */
export async function readResponseRow(queries: Queries, userId: Id, id: Id): Promise<ApiResponse> {
  const [row] = await queries
    .select()
    .from(apiResponses)
    .where(and(eq(apiResponses.id, id), eq(apiResponses.userId, userId)))
  if (!row) throw responseNotFound()
  return { ...row, request: JSON.parse(row.request) as ApiResponse['request'] }
}

export type NextResponse = Pick<ApiResponse, 'firstPart' | 'createdAt'>

/** The response that went on with the same answer, after the program's tools had run: all from its first part on is no longer of this one. */
export async function readNextResponse(
  queries: Queries,
  { id, generationId, createdAt }: ApiResponse,
): Promise<NextResponse | null> {
  const [row] = await queries
    .select({ firstPart: apiResponses.firstPart, createdAt: apiResponses.createdAt })
    .from(apiResponses)
    .where(
      and(
        eq(apiResponses.generationId, generationId),
        sql`(${apiResponses.createdAt}, ${apiResponses.id}) > (${createdAt.toISOString()}::timestamptz, ${id}::uuid)`,
      ),
    )
    .orderBy(asc(apiResponses.createdAt), asc(apiResponses.id))
    .limit(1)
  return row ?? null
}
