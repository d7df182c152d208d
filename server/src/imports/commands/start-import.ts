import { schema } from '@holdfast/drizzle'
import type { Id, Import, importsStartInput } from '@holdfast/shared'
import { and, eq, inArray } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import type { ImportJobs } from '../../generation/store/generation-jobs.ts'
import { checkRoom, type RoomDeps } from '../../limits/check-room.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { badField, idTaken } from '../../platform/refusal.ts'
import { ImportFileError } from '../archive/import-file.ts'
import { openArchive } from '../archive/open-archive.ts'
import { recognise } from '../formats/recognise.ts'
import type { ImportFiles } from '../import-files.ts'
import { rowToImport } from '../import-row.ts'

const { imports } = schema

/**
 * Starts the import of an uploaded file. The source is recognised by the content. A file that is being imported gives that import, and so
 * does a repeat with the same id. @throws Refusal NOT_FOUND, CONFLICT file-not-ready | id-taken, BAD_REQUEST for a file of another kind,
 * TOO_MANY_REQUESTS budget-exceeded
 */
export async function startImport(
  deps: RoomDeps & {
    readonly database: Database
    readonly clock: Clock
    readonly jobs: ImportJobs
    readonly importFiles: ImportFiles
  },
  userId: Id,
  { fileId, importId }: z.output<typeof importsStartInput>,
): Promise<Import> {
  const { queries } = deps.database
  const [known] = importId === undefined ? [] : await queries.select().from(imports).where(eq(imports.id, importId))
  if (known) {
    if (known.userId !== userId || known.fileId !== fileId) throw idTaken('importId')
    return rowToImport(queries, known)
  }
  const file = await deps.importFiles.open(userId, fileId)
  const source = await recogniseSource(file)
  const now = deps.clock.now()
  return queries.transaction(async (tx) => {
    const [running] = await tx
      .select()
      .from(imports)
      .where(and(eq(imports.userId, userId), eq(imports.fileId, fileId), inArray(imports.state, ['queued', 'running'])))
      .limit(1)
    if (running) return rowToImport(tx, running)
    // Of the files in it those are taken for which there is room; here there is none at all.
    await checkRoom(deps, tx, { userId, bytes: 0 })
    const [row] = await tx
      .insert(imports)
      .values({ id: importId ?? uuidv7(), userId, fileId, fileName: file.name, source, createdAt: now })
      .onConflictDoNothing({ target: imports.id })
      .returning()
    if (!row) throw idTaken('importId')
    await deps.jobs.enqueueImport(tx, row)
    return rowToImport(tx, row)
  })
}

async function recogniseSource(file: Awaited<ReturnType<ImportFiles['open']>>) {
  try {
    const { format } = await recognise(await openArchive(file))
    file.throwIfLost()
    return format.source
  } catch (error) {
    file.throwIfLost()
    if (error instanceof ImportFileError) throw badField('fileId', lowerFirst(error.message))
    throw error
  }
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}
