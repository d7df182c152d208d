import { schema } from '@holdfast/drizzle'
import type { filesDeleteInput, filesDeleteOutput, Id } from '@holdfast/shared'
import { and, eq, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { notFound } from '../../platform/refusal.ts'

const { files } = schema

/**
 * Takes a file out of the user's list. Its bytes are removed soon, but not before every message that shows it is gone for good. A repeat
 * is harmless. @throws Refusal NOT_FOUND
 */
export async function deleteFile(
  deps: { readonly database: Database; readonly clock: Clock },
  userId: Id,
  { fileId }: z.output<typeof filesDeleteInput>,
): Promise<z.infer<typeof filesDeleteOutput>> {
  const now = deps.clock.now().toISOString()
  const deleted = await deps.database.queries
    .update(files)
    .set({ deletedAt: sql`coalesce(${files.deletedAt}, ${now}::timestamptz)` })
    .where(and(eq(files.id, fileId), eq(files.userId, userId)))
    .returning({ id: files.id })
  if (deleted.length === 0) throw notFound('File')
  return { fileId }
}
