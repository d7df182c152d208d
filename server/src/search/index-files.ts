import { setImmediate } from 'node:timers/promises'
import { schema } from '@holdfast/drizzle'
import { activeStatuses, partSchema, type Id } from '@holdfast/shared'
import { and, asc, eq, gt, inArray, isNull, ne, not, notInArray } from 'drizzle-orm'
import { z } from 'zod'
import { lexemesToDocument, messageToLexemes, writeDocuments } from '../conversation-store/index-messages.ts'
import type { Lexemes } from '../conversation-store/search-lexemes.ts'
import type { FileStorage } from '../files/storage/file-storage.ts'
import { unindexedTopic } from '../event-log/topics.ts'
import type { Bus } from '../platform/bus/bus.ts'
import type { Database } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import { readFileTexts, readSearchedFiles, textToSlices, type SearchedFile } from './file-texts.ts'

const { conversations, files, messageFiles, messages } = schema

export interface IndexFilesDeps {
  readonly database: Database
  readonly storage: FileStorage
}

/** Words of files are added to a message as long as its vector has no more bytes: the embedded database takes about 0.1 s to store it. */
const maxVectorBytes = 300_000
/** UTF-16 units that are taken apart in one go, which takes a few milliseconds. */
const sliceLength = 16_000
const batchSize = 20
const partsSchema = z.array(partSchema)

/**
 * The next messages after `after` with files that are not in the index yet, although they are no longer being uploaded or examined:
 * messages that were just sent, and those from before files were searched.
 */
export async function findUnindexed(database: Database, after: Id | null): Promise<Id[]> {
  const rows = await database.queries
    .selectDistinct({ id: messageFiles.messageId })
    .from(messageFiles)
    .innerJoin(files, eq(files.id, messageFiles.fileId))
    .innerJoin(messages, eq(messages.id, messageFiles.messageId))
    .where(
      and(
        not(messageFiles.isIndexed),
        ne(files.state, 'uploading'),
        // An answer is indexed when it has ended.
        notInArray(messages.status, [...activeStatuses]),
        after === null ? undefined : gt(messageFiles.messageId, after),
      ),
    )
    .orderBy(asc(messageFiles.messageId))
    .limit(batchSize)
  return rows.map(({ id }) => id)
}

/**
 * Indexes a message with the names and texts of its files. The texts are read and taken apart before the transaction, which only writes;
 * a message that was deleted in the meantime stays out of the index. Once more replaces what was there.
 */
export async function indexFilesOf({ database, storage }: IndexFilesDeps, messageId: Id): Promise<void> {
  const [row] = await database.queries
    .select({ message: messages, userId: conversations.userId })
    .from(messages)
    .innerJoin(conversations, eq(conversations.id, messages.conversationId))
    .where(and(eq(messages.id, messageId), isNull(messages.deletedAt)))
  if (!row) return
  const { userId } = row
  const message = { ...row.message, parts: partsSchema.parse(JSON.parse(row.message.parts)) }
  const searched = (await readSearchedFiles(database.queries, userId, [messageId])).get(messageId) ?? []
  if (searched.length === 0) return
  const lexemes = messageToLexemes(userId, message.parts)
  await addTexts(lexemes, storage, searched)
  const document = lexemesToDocument(userId, message, lexemes)
  await database.queries.transaction(async (tx) => {
    // A deletion waits for this lock, and then takes the row of the index away.
    const [kept] = await tx
      .select({ updatedAt: messages.updatedAt })
      .from(messages)
      .where(and(eq(messages.id, messageId), isNull(messages.deletedAt)))
      .for('share')
    // An answer that goes on or has ended meanwhile is indexed the next time.
    if (kept?.updatedAt.getTime() !== message.updatedAt.getTime()) return
    if (document.lexemes !== '') await writeDocuments(tx, [document])
    const ids = searched.map(({ id }) => id)
    await tx
      .update(messageFiles)
      .set({ isIndexed: true })
      .where(and(eq(messageFiles.messageId, messageId), inArray(messageFiles.fileId, ids)))
  })
}

async function addTexts(lexemes: Lexemes, storage: FileStorage, searched: readonly SearchedFile[]): Promise<void> {
  for await (const { text } of readFileTexts(storage, searched)) {
    lexemes.separate()
    for (const { start, end } of textToSlices(text, sliceLength)) {
      if (!lexemes.add(text.slice(start, end), maxVectorBytes)) return
      await setImmediate()
    }
  }
}

/** A hint that messages were sent may be lost. */
const sweepMs = 10 * 60_000
const defaultRetryMs = 60_000
/** With more failures the storage is away, and trying further messages is of no use. */
const maxFailed = 50

/**
 * Indexes files in the background: when a message with files was written, and what an older version left. An idle server does nothing.
 * Nodes may do the same one twice, which is harmless. A message that fails is tried again after a minute, and does not hold up the others.
 */
export async function startIndexingFiles(
  deps: IndexFilesDeps & {
    readonly bus: Bus
    readonly logger: Logger
    /** Default: a minute. */
    readonly retryMs?: number
  },
): Promise<AsyncDisposable> {
  const { database, bus, logger, retryMs = defaultRetryMs } = deps
  const failed = new Map<Id, number>()
  let isStopped = false
  let isWanted = false
  let running: Promise<void> | null = null
  let retry: NodeJS.Timeout | null = null

  const tryLater = () => {
    retry ??= setTimeout(() => {
      retry = null
      wake()
    }, retryMs).unref()
  }
  const indexOne = async (messageId: Id) => {
    try {
      await indexFilesOf(deps, messageId)
    } catch (error) {
      if (isStopped) return
      failed.set(messageId, Date.now() + retryMs)
      tryLater()
      logger.warn(
        { event: 'files-not-indexed', messageId, err: error },
        'the files of a message could not be indexed, trying again',
      )
    }
  }
  const run = async () => {
    try {
      for (const [messageId, retryAt] of failed) if (retryAt <= Date.now()) failed.delete(messageId)
      let found = await findUnindexed(database, null)
      while (found.length > 0) {
        for (const messageId of found) {
          if (isStopped || failed.size >= maxFailed) return
          if (!failed.has(messageId)) await indexOne(messageId)
        }
        found = await findUnindexed(database, found.at(-1) ?? null)
      }
    } catch (error) {
      if (isStopped) return
      tryLater()
      logger.warn({ event: 'index-failed', err: error }, 'indexing files for search failed, trying again')
    } finally {
      if (failed.size > 0 && !isStopped) tryLater()
    }
  }
  const runWhileWanted = async () => {
    while (isWanted && !isStopped) {
      isWanted = false
      await run()
    }
    running = null
  }
  const wake = () => {
    isWanted = true
    running ??= runWhileWanted()
  }
  const unsubscribe = await bus.subscribe(unindexedTopic, wake)
  const forget = bus.onReconnect(wake)
  const timer = setInterval(wake, sweepMs).unref()
  wake()
  return {
    async [Symbol.asyncDispose]() {
      isStopped = true
      unsubscribe()
      forget()
      clearInterval(timer)
      if (retry) clearTimeout(retry)
      await running
    },
  }
}
