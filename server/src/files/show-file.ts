import { schema } from '@holdfast/drizzle'
import type { FilePart, Id } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'
import { rowToFile, rowToFilePart } from './file-row.ts'

const { files, messageFiles } = schema

/**
 * A hidden file becomes one of its user's, and stays for as long as the message exists. Null: the janitor has removed it, since no message
 * has shown it in time.
 */
export async function showFile(
  { tx, notify }: Pick<UnitOfWork, 'tx' | 'notify'>,
  { fileId, messageId }: { readonly fileId: Id; readonly messageId: Id },
): Promise<FilePart | null> {
  const [row] = await tx
    .update(files)
    .set({ deletedAt: null })
    .where(and(eq(files.id, fileId), eq(files.state, 'ready')))
    .returning()
  if (!row) return null
  await tx.insert(messageFiles).values({ messageId, fileId }).onConflictDoNothing()
  notify(row.userId, { type: 'file', file: rowToFile(row) })
  return rowToFilePart(row)
}
