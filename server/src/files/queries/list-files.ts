import { schema } from '@holdfast/drizzle'
import type { filesListInput, filesListOutput, Id } from '@holdfast/shared'
import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Database } from '../../platform/database/database.ts'
import { rowToFile } from '../file-row.ts'
import { listCursorToText, parseListCursor } from '../list-cursor.ts'

const { files } = schema

/** A page of the user's files that were not deleted, the newest first. The cursor names the last one. @throws Refusal BAD_REQUEST */
export async function listFiles(
  deps: { readonly database: Database },
  userId: Id,
  { cursor, limit }: z.output<typeof filesListInput>,
): Promise<z.infer<typeof filesListOutput>> {
  const after = parseListCursor(cursor)
  const rows = await deps.database.queries
    .select()
    .from(files)
    .where(
      and(
        eq(files.userId, userId),
        isNull(files.deletedAt),
        after ? sql`(${files.createdAt}, ${files.id}) < (${after.createdAt}::timestamptz, ${after.id}::uuid)` : undefined,
      ),
    )
    .orderBy(desc(files.createdAt), desc(files.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(rowToFile),
    nextCursor: rows.length > limit && last ? listCursorToText(last) : null,
  }
}
