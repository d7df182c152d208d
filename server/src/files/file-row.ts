import { schema } from '@holdfast/drizzle'
import type { FileInfo, FilePart, Id } from '@holdfast/shared'
import { and, eq, exists, isNull, or } from 'drizzle-orm'
import type { Queries, Transaction } from '../platform/database/database.ts'
import { notFound, Refusal } from '../platform/refusal.ts'

const { files, messageFiles } = schema

export type FileRow = typeof files.$inferSelect

export function rowToFile(row: FileRow): FileInfo {
  return {
    id: row.id,
    name: row.name,
    mediaType: row.mediaType,
    bytes: row.bytes,
    sha256: row.sha256,
    state: row.state,
    ...sizesOf(row),
    ...(row.pages === null ? {} : { pages: row.pages }),
    ...(row.textCharacters === null ? {} : { textCharacters: row.textCharacters }),
    ...(row.error === null ? {} : { error: row.error }),
    createdAt: row.createdAt.toISOString(),
  }
}

/** What a message that shows the file says about it. */
export function rowToFilePart(row: FileRow): FilePart {
  return { type: 'file', fileId: row.id, name: row.name, mediaType: row.mediaType, bytes: row.bytes, ...sizesOf(row) }
}

function sizesOf({ width, height, durationMs }: FileRow): Pick<FilePart, 'width' | 'height' | 'durationMs'> {
  return {
    ...(width === null ? {} : { width }),
    ...(height === null ? {} : { height }),
    ...(durationMs === null ? {} : { durationMs }),
  }
}

/** A file that the user has not deleted, or that a message still shows. @throws Refusal NOT_FOUND */
export async function readFileRow(queries: Queries, userId: Id, fileId: Id): Promise<FileRow> {
  const [row] = await queries
    .select()
    .from(files)
    .where(and(eq(files.id, fileId), eq(files.userId, userId), isThere(queries)))
  if (!row) throw notFound('File')
  return row
}

/** A condition on `files`: the user has not deleted it, or a message still shows it. */
export function isThere(queries: Queries | Transaction) {
  return or(isNull(files.deletedAt), isShown(queries))
}

function isShown(queries: Queries | Transaction) {
  return exists(queries.select({ fileId: messageFiles.fileId }).from(messageFiles).where(eq(messageFiles.fileId, files.id)))
}

/** @throws Refusal CONFLICT file-not-ready, BAD_REQUEST file-refused */
export function checkReady(row: FileRow, path: string): void {
  if (row.state === 'ready') return
  const isRefused = row.state === 'refused'
  const message = isRefused ? `this file was refused: ${row.error ?? ''}` : 'this file is still being uploaded or examined'
  throw new Refusal(isRefused ? 'BAD_REQUEST' : 'CONFLICT', `${path}: ${message}`, {
    reason: isRefused ? 'file-refused' : 'file-not-ready',
    issues: [{ path, message }],
  })
}
