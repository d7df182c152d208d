import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createTestApp } from '../../testing/create-test-app.ts'
import { createMemoryDatabase } from '../../testing/memory-database.ts'
import { upload } from '../../test/upload.ts'
import type { FileStorage } from '../files/storage/file-storage.ts'
import type { Database } from '../platform/database/database.ts'
import { createLogger } from '../platform/logger.ts'
import { findUnindexed, startIndexingFiles } from './index-files.ts'

const { messageFiles, searchDocuments } = schema

/** Messages, the oldest first, that show a file each and are not indexed. Their server has stopped. */
async function createUnindexed(database: Database, texts: readonly string[]) {
  await using app = await createTestApp({ model: 'ok', overrides: { database: { ...database, close: async () => {} } } })
  const user = await app.createUser()
  const sent: { messageId: string; sha256: string }[] = []
  for (const content of texts) {
    const file = await upload(app, user, content, { name: 'file.txt' })
    const input = { requestId: randomUUID(), content: 'Read', files: [file.id] }
    const { conversationId } = await user.client.messages.complete.mutate(input)
    const { messages } = await user.client.messages.list.query({ conversationId })
    sent.push({ messageId: messages[0]?.id ?? '', sha256: file.sha256 ?? '' })
  }
  await app.app.close()
  await database.queries.update(messageFiles).set({ isIndexed: false })
  return sent
}

test('a message whose files cannot be read does not hold up others, and is tried again', { timeout: 120_000 }, async () => {
  const database = await createMemoryDatabase()
  const [first, second] = await createUnindexed(database, ['the first text', 'the second text'])
  expect(await findUnindexed(database, null)).toEqual([first?.messageId, second?.messageId])
  let isAway = true
  const storage: Pick<FileStorage, 'size' | 'open'> = {
    size: async (key) => {
      if (isAway && key.includes(first?.sha256 ?? '')) throw new Error('the storage is away')
      return 11
    },
    open: async () => Readable.from([Buffer.from('a late text')]),
  }
  const logs: { event?: string; messageId?: string }[] = []
  const logger = createLogger('warn', { write: (line) => logs.push(JSON.parse(line)) })
  {
    await using _ = startIndexingFiles({ database, storage: storage as FileStorage, logger, retryMs: 50 })
    await expect.poll(() => findUnindexed(database, null)).toEqual([first?.messageId])
    expect(logs[0]).toMatchObject({ event: 'files-not-indexed', messageId: first?.messageId })
    isAway = false
    await expect.poll(() => findUnindexed(database, null)).toEqual([])
  }
  const [row] = await database.queries
    .select({ lexemes: searchDocuments.lexemes })
    .from(searchDocuments)
    .where(eq(searchDocuments.messageId, first?.messageId ?? ''))
  expect(row?.lexemes).toMatch(/late'/u)
  await database.close()
})
