import type { Id, Import, importsGetInput } from '@holdfast/shared'
import type { z } from 'zod'
import type { Database } from '../../platform/database/database.ts'
import { readImportRow, rowToImport } from '../import-row.ts'

/** An import as far as it is, with its report. @throws Refusal NOT_FOUND */
export async function getImport(
  { database }: { readonly database: Database },
  userId: Id,
  { importId }: z.output<typeof importsGetInput>,
): Promise<Import> {
  return rowToImport(database.queries, await readImportRow(database.queries, userId, importId))
}
