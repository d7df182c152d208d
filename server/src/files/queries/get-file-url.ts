import type { filesUrlInput, filesUrlOutput, Id } from '@holdfast/shared'
import type { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { Refusal } from '../../platform/refusal.ts'
import { checkReady, readFileRow } from '../file-row.ts'
import type { FileAddresses } from '../serving/file-addresses.ts'

/**
 * A signed address for one variant of a file, valid for five to ten minutes. Within five minutes the answer is the same, so that a
 * browser's cache applies. @throws Refusal NOT_FOUND, also for a variant that the file does not have; CONFLICT file-not-ready,
 * BAD_REQUEST file-refused
 */
export async function getFileUrl(
  deps: { readonly database: Database; readonly clock: Clock; readonly fileAddresses: FileAddresses },
  userId: Id,
  { fileId, variant }: z.output<typeof filesUrlInput>,
): Promise<z.infer<typeof filesUrlOutput>> {
  const row = await readFileRow(deps.database.queries, userId, fileId)
  checkReady(row, 'fileId')
  const isThere = { original: true, thumbnail: row.hasThumbnail, text: row.textCharacters !== null }[variant]
  if (!isThere) throw new Refusal('NOT_FOUND', `variant: this file has no ${variant}`)
  const { url, expiresAt } = deps.fileAddresses.sign({ fileId, userId, variant }, deps.clock.now())
  return { url, expiresAt: expiresAt.toISOString() }
}
