import { rm } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { schema } from '@holdfast/drizzle'
import type { Id, ImportState } from '@holdfast/shared'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../event-log/unit-of-work.ts'
import type { Logger } from '../platform/logger.ts'
import { createWorkDirectory } from '../platform/work-directory.ts'
import { Refusal } from '../platform/refusal.ts'
import { ImportFileError, StorageAwayError, type StoredImportFile } from './archive/import-file.ts'
import { openArchive } from './archive/open-archive.ts'
import { nameConversation } from './formats/finish-conversation.ts'
import type { ImportedItem, ImportProblem } from './formats/imported.ts'
import { countConversations, recognise } from './formats/recognise.ts'
import type { ImportFiles } from './import-files.ts'
import { maxProblems, type ImportRow } from './import-row.ts'
import { settleFiles } from './settle-files.ts'
import { writeConversation, type SettledConversation } from './write-conversation.ts'
import { writePlannerItem } from './write-planner-item.ts'

const { importProblems, imports } = schema

export type RunImportDeps = UnitOfWorkDeps & { readonly logger: Logger; readonly importFiles: ImportFiles }

/** An item that ended the work this often is left out and named. */
const maxAttempts = 3
const maxTextLength = 300

/** The import was cancelled, or another worker has taken it over. */
class ImportLostError extends Error {
  override readonly name = 'ImportLostError'
}

/**
 * Runs an import, or continues one that a worker has left. Each item of the file is one transaction, which also moves the import's
 * position: after a crash nothing is done twice and nothing is counted twice. A cancel takes effect between two of them.
 */
export async function runImport(deps: RunImportDeps, importId: Id, signal: AbortSignal): Promise<void> {
  const row = await beginRun(deps, importId)
  if (!row) return
  deps.logger.info({ event: 'import-started', importId, source: row.source, position: row.position }, 'an import runs')
  try {
    await readAndWrite(deps, row, signal)
    awayCounts.delete(importId)
    if (!signal.aborted) await endImport(deps, importId, 'done')
  } catch (error) {
    if (error instanceof ImportLostError || signal.aborted) return
    if (error instanceof StorageAwayError) await waitForStorage(deps, importId, error, signal)
    const isTold = error instanceof ImportFileError || error instanceof Refusal
    // The database is away, or there is a defect: the job is tried again.
    if (!isTold) throw error
    await endImport(deps, importId, 'failed', { what: row.fileName, why: error.message })
  }
}

const firstPauseMs = 25
const longestPauseMs = 30_000
/** Tries in a row that a storage was away, by import. */
const awayCounts = new Map<Id, number>()

/** An attempt that the storage has ended is not held against the item. The job is tried again, ever more slowly. */
async function waitForStorage(deps: RunImportDeps, importId: Id, error: StorageAwayError, signal: AbortSignal): Promise<void> {
  const { database, logger } = deps
  const count = awayCounts.get(importId) ?? 0
  awayCounts.set(importId, count + 1)
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** count)
  logger.warn({ event: 'import-waits', importId, pauseMs, err: error.cause }, 'the storage fails, an import waits for it')
  await database.queries
    .update(imports)
    .set({ attempts: 0 })
    .where(and(eq(imports.id, importId), eq(imports.state, 'running')))
  await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined)
}

async function beginRun({ database }: RunImportDeps, importId: Id): Promise<ImportRow | null> {
  const [row] = await database.queries
    .update(imports)
    .set({ state: 'running' })
    .where(and(eq(imports.id, importId), inArray(imports.state, ['queued', 'running'])))
    .returning()
  return row ?? null
}

async function endImport(deps: RunImportDeps, importId: Id, state: ImportState, problem?: ImportProblem): Promise<void> {
  const [row] = await deps.database.queries.transaction(async (tx) => {
    const ended = await tx
      .update(imports)
      .set({ state, endedAt: deps.clock.now() })
      .where(and(eq(imports.id, importId), eq(imports.state, 'running')))
      .returning()
    if (ended[0] && problem) await addProblems(tx, ended[0], [problem])
    return ended
  })
  if (row) deps.logger.info({ event: 'import-ended', importId, state, conversations: row.conversations }, 'an import has ended')
}

async function readAndWrite(deps: RunImportDeps, row: ImportRow, signal: AbortSignal): Promise<void> {
  const file = await deps.importFiles.open(row.userId, row.fileId)
  try {
    await readAndWriteFile(deps, row, file, signal)
  } catch (error) {
    file.throwIfLost()
    throw error
  }
  file.throwIfLost()
}

async function readAndWriteFile(deps: RunImportDeps, row: ImportRow, file: StoredImportFile, signal: AbortSignal): Promise<void> {
  const archive = await openArchive(file)
  const recognised = await recognise(archive)
  file.throwIfLost()
  if (row.total === null) await saveTotal(deps, row.id, await countOrNull(recognised))
  const directories: string[] = []
  const workDirectory = async () => {
    const directory = await createWorkDirectory()
    directories.push(directory)
    return directory
  }
  try {
    let position = 0
    const { format, documents, problems } = recognised
    for await (const item of withProblems(problems, format.read({ workDirectory }, archive, documents))) {
      if (signal.aborted) return
      // Done before a crash.
      if (position >= row.position) await writeItem(deps, row, file, item, position)
      position += 1
    }
  } finally {
    for (const directory of directories) await rm(directory, { recursive: true, force: true })
  }
}

async function* withProblems(
  problems: readonly ImportProblem[],
  items: AsyncIterable<ImportedItem>,
): AsyncGenerator<ImportedItem> {
  for (const problem of problems) yield { type: 'problem', problem, isConversation: false }
  yield* items
}

/** A file that ends too early cannot be counted; what it holds up to there is imported, and the end is named then. */
async function countOrNull(recognised: Parameters<typeof countConversations>[0]): Promise<number | null> {
  try {
    return await countConversations(recognised)
  } catch (error) {
    if (error instanceof ImportFileError) return null
    throw error
  }
}

async function saveTotal({ database }: RunImportDeps, importId: Id, total: number | null): Promise<void> {
  if (total !== null) await database.queries.update(imports).set({ total }).where(eq(imports.id, importId))
}

interface Done {
  readonly conversations?: number
  readonly messages?: number
  readonly skipped?: number
  readonly plannerItems?: number
  readonly problems?: readonly ImportProblem[]
}

/**
 * Counts an attempt at the item that this run begins with. Before the item was reached nothing is counted: a storage that is away, or a
 * server that is stopped while it reads up to here, says nothing about the item. @throws ImportLostError
 */
async function beginItem({ database }: RunImportDeps, importId: Id, position: number): Promise<number> {
  const [row] = await database.queries
    .update(imports)
    .set({ attempts: sql`${imports.attempts} + 1` })
    .where(and(eq(imports.id, importId), eq(imports.state, 'running'), eq(imports.position, position)))
    .returning({ attempts: imports.attempts })
  if (!row) throw new ImportLostError('the import is no longer running here')
  return row.attempts
}

async function writeItem(
  deps: RunImportDeps,
  row: ImportRow,
  file: StoredImportFile,
  item: ImportedItem,
  position: number,
): Promise<void> {
  const { id, userId, source } = row
  // A later item has not been tried before: the run began in front of it.
  const isGivenUp = position === row.position && (await beginItem(deps, id, position)) > maxAttempts
  const settled =
    item.type === 'conversation' && !isGivenUp
      ? await settleFiles(deps.importFiles, { userId, source, conversation: item })
      : null
  // What was refused since then may be whole.
  file.throwIfLost()
  const now = deps.clock.now()
  await transact(deps, async (unit) => {
    const done = isGivenUp ? giveUp(item) : await write(unit, { userId, source, now }, item, settled)
    await savePosition(unit, id, position, done)
  })
}

/** Moves the position in the transaction that did the work, or undoes it. @throws ImportLostError */
async function savePosition({ tx }: UnitOfWork, importId: Id, position: number, done: Done): Promise<void> {
  const { conversations = 0, messages = 0, skipped = 0, plannerItems = 0, problems = [] } = done
  const [row] = await tx
    .update(imports)
    .set({
      position: position + 1,
      attempts: 0,
      conversations: sql`${imports.conversations} + ${conversations}`,
      messages: sql`${imports.messages} + ${messages}`,
      skipped: sql`${imports.skipped} + ${skipped}`,
      plannerItems: sql`${imports.plannerItems} + ${plannerItems}`,
    })
    .where(and(eq(imports.id, importId), eq(imports.state, 'running'), eq(imports.position, position)))
    .returning()
  if (!row) throw new ImportLostError('the import is no longer running here')
  await addProblems(tx, row, problems)
}

async function write(
  unit: UnitOfWork,
  { userId, source, now }: Pick<ImportRow, 'userId' | 'source'> & { readonly now: Date },
  item: ImportedItem,
  settled: SettledConversation | null,
): Promise<Done> {
  if (item.type === 'problem') return { problems: [item.problem], skipped: item.isConversation ? 1 : 0 }
  if (settled) {
    const { messages, isNew, problems } = await writeConversation(unit, { userId, source, conversation: settled, now })
    return messages > 0 || isNew ? { conversations: 1, messages, problems } : { skipped: 1, problems }
  }
  if (item.type === 'conversation') throw new Error('a conversation without its files')
  const { isNew, problems } = await writePlannerItem(unit, { userId, imported: item, now })
  return { plannerItems: isNew ? 1 : 0, problems }
}

/** Whatever is wrong with this one, the others are imported. */
function giveUp(item: ImportedItem): Done {
  const why = 'The server failed to write it'
  if (item.type === 'conversation') return { skipped: 1, problems: [{ what: nameConversation(item.title), why }] }
  if (item.type === 'problem') return {}
  return { problems: [{ what: `The ${item.type} “${item.item.title}”`, why }] }
}

async function addProblems(tx: UnitOfWork['tx'], row: ImportRow, problems: readonly ImportProblem[]): Promise<void> {
  if (problems.length === 0) return
  const room = Math.max(0, maxProblems - row.problemCount)
  const rows = problems.slice(0, room).map(({ what, why }, index) => ({
    importId: row.id,
    position: row.problemCount + index,
    what: toLine(what),
    why: toLine(why),
  }))
  if (rows.length > 0) await tx.insert(importProblems).values(rows)
  await tx
    .update(imports)
    .set({ problemCount: row.problemCount + problems.length })
    .where(eq(imports.id, row.id))
}

/** Names come from the file: one line, and nothing that a text column refuses. */
function toLine(text: string): string {
  const points = [
    ...text
      .replaceAll(/[\p{Cc}\s]+/gu, ' ')
      .toWellFormed()
      .trim(),
  ]
  return points.length <= maxTextLength ? points.join('') : `${points.slice(0, maxTextLength - 1).join('')}…`
}
