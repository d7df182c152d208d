import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, eq, sql } from 'drizzle-orm'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { checkRoom, type RoomDeps } from '../../limits/check-room.ts'
import type { FileRow } from '../file-row.ts'

const { files } = schema

/** Uploads of one user that may be under way. */
const maxUnfinished = 100

export interface NewUpload {
  readonly fileId: Id
  readonly userId: Id
  readonly name: string
  readonly mediaType: string
  readonly bytes: number
  readonly isImport: boolean
}

/**
 * Makes the row of a file that is to be uploaded. `taken`: the id belongs to a file already. `too-many`: others have to end first.
 * @throws Refusal TOO_MANY_REQUESTS budget-exceeded when there is no room for it
 */
export async function beginUpload(
  deps: RoomDeps & { readonly database: Database; readonly clock: Clock },
  { fileId, userId, name, mediaType, bytes, isImport }: NewUpload,
): Promise<'begun' | 'taken' | 'too-many'> {
  const { database, clock } = deps
  const { queries } = database
  const unfinished = await queries.$count(files, and(eq(files.userId, userId), eq(files.state, 'uploading')))
  if (unfinished >= maxUnfinished) return 'too-many'
  const now = clock.now()
  const inserted = await queries.transaction(async (tx) => {
    await checkRoom(deps, tx, { userId, bytes })
    return tx
      .insert(files)
      .values({ id: fileId, userId, name, mediaType, bytes, uploadBytes: bytes, isImport, createdAt: now, updatedAt: now })
      .onConflictDoNothing({ target: files.id })
      .returning({ id: files.id })
  })
  return inserted.length === 0 ? 'taken' : 'begun'
}

/** An upload is alive: it does not expire. */
export async function touchUpload(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  row: FileRow,
): Promise<void> {
  const now = clock.now()
  if (now.getTime() - row.updatedAt.getTime() < 60_000) return
  await database.queries
    .update(files)
    .set({ updatedAt: sql`greatest(${files.updatedAt}, ${now.toISOString()}::timestamptz)` })
    .where(and(eq(files.id, row.id), eq(files.state, 'uploading')))
}

/** Whoever owns it, deleted or not. */
export async function findFileRow({ queries }: Database, fileId: Id): Promise<FileRow | null> {
  const [row] = await queries.select().from(files).where(eq(files.id, fileId))
  return row ?? null
}

/** Forgets a file whose upload was given up. */
export async function abandonUpload({ queries }: Database, fileId: Id): Promise<void> {
  await queries.delete(files).where(and(eq(files.id, fileId), eq(files.state, 'uploading')))
}
