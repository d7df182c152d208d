import type { FileInfo, filesGetInput, Id } from '@holdfast/shared'
import type { z } from 'zod'
import type { Database } from '../../platform/database/database.ts'
import { readFileRow, rowToFile } from '../file-row.ts'

/** One file of the user, whatever its state. @throws Refusal NOT_FOUND */
export async function getFile(
  deps: { readonly database: Database },
  userId: Id,
  { fileId }: z.output<typeof filesGetInput>,
): Promise<FileInfo> {
  return rowToFile(await readFileRow(deps.database.queries, userId, fileId))
}
