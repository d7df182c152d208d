import { schema } from '@holdfast/drizzle'
import { isActive, partSchema, type Id } from '@holdfast/shared'
import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm'
import { z } from 'zod'
import { executeRows, type Database, type Transaction } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import { messageToDocument } from '../conversation-store/index-messages.ts'
import { lexemesVersion, textToVector } from '../conversation-store/search-lexemes.ts'

const { conversations, messages, searchDocuments, searchProgress, searchTitles } = schema

const firstId = '00000000-0000-0000-0000-000000000000'
/** Small enough that a batch does not delay other queries. */
const messagesPerBatch = 50
const titlesPerBatch = 100
const pauseMs = 10
const tidyMs = 60_000
const partsSchema = z.array(partSchema)

/**
 * Indexes one batch of what was written before the index existed, or with an older version of the lexemes. The progress is stored in the
 * same transaction, so that a restart continues there and several nodes take different batches. @returns whether there is more
 */
export function indexOlderBatch(database: Database): Promise<boolean> {
  return database.queries.transaction(async (tx) => {
    await tx
      .insert(searchProgress)
      .values({ version: lexemesVersion, nextMessageId: firstId, nextConversationId: firstId })
      .onConflictDoNothing()
    const isThis = eq(searchProgress.version, lexemesVersion)
    const [progress] = await tx.select().from(searchProgress).where(isThis).for('update')
    if (!progress) return false
    const { nextConversationId, nextMessageId } = progress
    if (nextConversationId !== null) {
      await tx
        .update(searchProgress)
        .set({ nextConversationId: await indexTitles(tx, nextConversationId) })
        .where(isThis)
      return true
    }
    if (nextMessageId === null) return false
    await tx
      .update(searchProgress)
      .set({ nextMessageId: await indexEnded(tx, nextMessageId) })
      .where(isThis)
    return true
  })
}

/** Looks at all messages and titles again, and indexes those that are missing. */
export async function restartIndexing(database: Database): Promise<void> {
  const start = { nextMessageId: firstId, nextConversationId: firstId }
  await database.queries.update(searchProgress).set(start).where(eq(searchProgress.version, lexemesVersion))
  while (await indexOlderBatch(database));
}

async function indexTitles(tx: Transaction, after: Id): Promise<Id | null> {
  const rows = await tx
    .select({ id: conversations.id, userId: conversations.userId, title: conversations.title })
    .from(conversations)
    .where(gt(conversations.id, after))
    .orderBy(asc(conversations.id))
    .limit(titlesPerBatch)
  const titles = rows.map(({ id, userId, title }) => ({ conversationId: id, lexemes: textToVector(userId, title) }))
  // A row that was written in the meantime is newer.
  if (titles.length > 0) await tx.insert(searchTitles).values(titles).onConflictDoNothing()
  return rows.length < titlesPerBatch ? null : (rows.at(-1)?.id ?? null)
}

async function indexEnded(tx: Transaction, after: Id): Promise<Id | null> {
  const rows = await tx
    .select({ message: messages, userId: conversations.userId })
    .from(messages)
    .innerJoin(conversations, eq(conversations.id, messages.conversationId))
    .where(and(gt(messages.id, after), isNull(messages.deletedAt)))
    .orderBy(asc(messages.id))
    .limit(messagesPerBatch)
  const documents = rows.flatMap(({ message, userId }) =>
    // An active message is indexed when it ends.
    isActive(message.status)
      ? []
      : messageToDocument(userId, { ...message, parts: partsSchema.parse(JSON.parse(message.parts)) }),
  )
  if (documents.length > 0) await tx.insert(searchDocuments).values(documents).onConflictDoNothing()
  return rows.length < messagesPerBatch ? null : (rows.at(-1)?.message.id ?? null)
}

/** Indexes older messages in the background, and merges the pending list of PGlite's GIN indexes, which has no autovacuum to do it. */
export function startIndexing(deps: { database: Database; logger: Logger }): AsyncDisposable {
  const { database, logger } = deps
  const stopped = new AbortController()
  let isDone = false
  const attempt = async () => {
    try {
      while (!isDone && !stopped.signal.aborted) {
        isDone = !(await indexOlderBatch(database))
        if (!isDone) await pause(stopped.signal)
      }
      if (!stopped.signal.aborted && database.kind === 'pglite') {
        for (const index of ['search_documents_lexemes', 'search_titles_lexemes']) {
          await executeRows(database.queries, sql`select gin_clean_pending_list(${index}::regclass)`)
        }
      }
    } catch (error) {
      if (!stopped.signal.aborted) logger.warn({ event: 'index-failed', err: error }, 'indexing for search failed, trying again')
    }
  }
  let running = attempt()
  const timer = setInterval(() => {
    running = running.then(attempt)
  }, tidyMs).unref()
  return {
    async [Symbol.asyncDispose]() {
      stopped.abort()
      clearInterval(timer)
      await running
    },
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, pauseMs)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
