import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { openPglite } from '../src/platform/database/open-pglite.ts'
import type { Database } from '../src/platform/database/database.ts'
import { makeManyConversations, messagesPerConversation } from '../test/import-fixtures/many-conversations.ts'
import { createTestApp, type TestUser } from '../testing/create-test-app.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import type { Figure } from './figures.ts'
import { send, waitUntilReady } from './send-file.ts'

const { conversations, files, messages } = schema
const count = 10_000
/** Conversations that are written by hand, before and after the import: a slow moment of the machine meets both. */
const referenceCount = 1_000

/** How fast an archive of many small conversations is imported, beside plain inserts of the same rows into the same database. */
export async function measureImportSpeed(): Promise<Figure[]> {
  await using directory = await createTemporaryDirectory()
  const database = await openPglite(directory.path)
  await using app = await createTestApp({ env: { LOG_LEVEL: 'warn' }, overrides: { database } })
  const user = await app.createUser()
  const fileId = await send(app.url, user, Buffer.from(makeManyConversations(count)), { purpose: 'import' })
  await waitUntilReady(user, fileId)
  const userId = await readOwner(database, fileId)
  const before = await insertPlainly(database, userId)
  const { halfMs, wholeMs } = await timeImport(user, fileId)
  const after = await insertPlainly(database, userId)
  const reference = (before + after) / 2
  const method = `${count} conversations of ${messagesPerConversation} messages, in a zip as ChatGPT makes them`
  return [
    { name: `Import of ${count} conversations`, value: wholeMs / 1_000, unit: 's', limit: 60, method },
    {
      name: 'A conversation of an import ÷ plain inserts of its rows',
      value: wholeMs / count / reference,
      unit: '×',
      limit: 6,
      method: `${method}; ${referenceCount} transactions of two inserts before, and as many after`,
    },
    {
      name: 'Import, its second half ÷ its first',
      value: (wholeMs - halfMs) / halfMs,
      unit: '×',
      limit: 1.5,
      method,
    },
  ]
}

async function readOwner({ queries }: Database, fileId: Id): Promise<Id> {
  const [row] = await queries.select({ userId: files.userId }).from(files).where(eq(files.id, fileId))
  if (!row) throw new Error(`the file ${fileId} is not there`)
  return row.userId
}

/** Milliseconds until half and all of an archive were imported. */
async function timeImport({ client }: TestUser, fileId: Id): Promise<{ halfMs: number; wholeMs: number }> {
  const started = performance.now()
  const { id: importId } = await client.imports.start.mutate({ fileId })
  let halfMs: number | null = null
  for (;;) {
    const progress = await client.imports.get.query({ importId })
    const passedMs = performance.now() - started
    if (progress.conversations >= count / 2) halfMs ??= passedMs
    if (progress.endedAt !== null) {
      if (progress.conversations !== count) throw new Error(`${progress.conversations} conversations were imported`)
      return { halfMs: halfMs ?? passedMs, wholeMs: passedMs }
    }
    await delay(100)
  }
}

/** Milliseconds for a conversation and its messages in a transaction, with no log, no search index and nothing looked up. */
async function insertPlainly({ queries }: Database, userId: Id): Promise<number> {
  const now = new Date()
  const started = performance.now()
  for (let n = 0; n < referenceCount; n += 1) {
    const conversationId = randomUUID()
    const ids = Array.from({ length: messagesPerConversation }, () => uuidv7())
    await queries.transaction(async (tx) => {
      await tx
        .insert(conversations)
        .values({ id: conversationId, userId, title: `Plain ${n}`, lastEventAt: now, createdAt: now, updatedAt: now })
      await tx.insert(messages).values(
        ids.map((id, index) => ({
          id,
          conversationId,
          parentId: index === 0 ? null : (ids[0] ?? null),
          role: index === 0 ? ('user' as const) : ('assistant' as const),
          status: 'completed' as const,
          parts: JSON.stringify([{ type: 'text', text: `What is ${n} times ${n}?` }]),
          addedSeq: index + 1,
          createdAt: now,
          updatedAt: now,
        })),
      )
    })
  }
  return (performance.now() - started) / referenceCount
}
