import { schema } from '@holdfast/drizzle'
import type { Id, Import } from '@holdfast/shared'
import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Queries } from '../platform/database/database.ts'
import { notFound } from '../platform/refusal.ts'

const { importProblems, imports } = schema

export type ImportRow = typeof imports.$inferSelect

/** Problems that are kept of one import. */
export const maxProblems = 1_000

/** A user's import. @throws Refusal NOT_FOUND */
export async function readImportRow(queries: Queries, userId: Id, importId: Id): Promise<ImportRow> {
  const [row] = await queries
    .select()
    .from(imports)
    .where(and(eq(imports.id, importId), eq(imports.userId, userId)))
  if (!row) throw notFound('Import')
  return row
}

/** Rows as clients see them, with their problems. */
export async function rowsToImports(queries: Queries, rows: readonly ImportRow[]): Promise<Import[]> {
  if (rows.length === 0) return []
  const problems = await queries
    .select()
    .from(importProblems)
    .where(
      inArray(
        importProblems.importId,
        rows.map(({ id }) => id),
      ),
    )
    .orderBy(asc(importProblems.position))
  return rows.map((row) => {
    const own = problems.filter(({ importId }) => importId === row.id).map(({ what, why }) => ({ what, why }))
    const more = row.problemCount - own.length
    return {
      id: row.id,
      fileId: row.fileId,
      fileName: row.fileName,
      source: row.source,
      state: row.state,
      conversations: row.conversations,
      messages: row.messages,
      skipped: row.skipped,
      plannerItems: row.plannerItems,
      ...(row.total === null ? {} : { total: row.total }),
      problems: more > 0 ? [...own, { what: `${more} more`, why: `Only the first ${maxProblems} are listed` }] : own,
      createdAt: row.createdAt.toISOString(),
      endedAt: row.endedAt?.toISOString() ?? null,
    }
  })
}

/** One import as clients see it. */
export async function rowToImport(queries: Queries, row: ImportRow): Promise<Import> {
  const [found] = await rowsToImports(queries, [row])
  if (!found) throw notFound('Import')
  return found
}
