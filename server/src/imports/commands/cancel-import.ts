import { schema } from '@holdfast/drizzle'
import type { Id, Import, importsCancelInput } from '@holdfast/shared'
import { and, eq, inArray } from 'drizzle-orm'
import type { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { readImportRow, rowToImport } from '../import-row.ts'

const { imports } = schema

/** Ends an import between two conversations. What was imported stays; one that has ended stays as it is. @throws Refusal NOT_FOUND */
export async function cancelImport(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  userId: Id,
  { importId }: z.output<typeof importsCancelInput>,
): Promise<Import> {
  const { queries } = database
  await queries
    .update(imports)
    .set({ state: 'cancelled', endedAt: clock.now() })
    .where(and(eq(imports.id, importId), eq(imports.userId, userId), inArray(imports.state, ['queued', 'running'])))
  return rowToImport(queries, await readImportRow(queries, userId, importId))
}
