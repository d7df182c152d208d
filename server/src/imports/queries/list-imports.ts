import { schema } from '@holdfast/drizzle'
import type { Id, importsListInput, importsListOutput } from '@holdfast/shared'
import { and, desc, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Database } from '../../platform/database/database.ts'
import { badField } from '../../platform/refusal.ts'
import { rowsToImports } from '../import-row.ts'

const { imports } = schema

/** A page of the user's imports, the newest first. The cursor names the last one. @throws Refusal BAD_REQUEST */
export async function listImports(
  { database }: { readonly database: Database },
  userId: Id,
  { cursor, limit }: z.output<typeof importsListInput>,
): Promise<z.infer<typeof importsListOutput>> {
  const after = parseCursor(cursor)
  const rows = await database.queries
    .select()
    .from(imports)
    .where(
      and(
        eq(imports.userId, userId),
        after ? sql`(${imports.createdAt}, ${imports.id}) < (${after.createdAt}::timestamptz, ${after.id}::uuid)` : undefined,
      ),
    )
    .orderBy(desc(imports.createdAt), desc(imports.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: await rowsToImports(database.queries, page),
    nextCursor: rows.length > limit && last ? `${last.createdAt.toISOString()}_${last.id}` : null,
  }
}

/** Postgres has no year 0. */
const timeSchema = z.iso.datetime().refine((time) => !time.startsWith('0000'))
const cursorSchema = z.tuple([timeSchema, z.guid()])

function parseCursor(cursor: string | null | undefined): { createdAt: string; id: Id } | null {
  if (cursor === null || cursor === undefined) return null
  const parsed = cursorSchema.safeParse(cursor.split('_'))
  if (!parsed.success) throw badField('cursor', 'must be a cursor that this server gave')
  const [createdAt, id] = parsed.data
  return { createdAt, id }
}
