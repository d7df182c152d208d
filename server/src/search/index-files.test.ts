import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { createTestApp } from '../../testing/create-test-app.ts'
import { createMemoryDatabase } from '../../testing/memory-database.ts'
import { upload } from '../../test/upload.ts'
import type { FileStorage } from '../files/storage/file-storage.ts'
import { unindexedTopic } from '../event-log/topics.ts'
import { createLocalBus } from '../platform/bus/local-bus.ts'
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

test('a message whose files cannot be read does not hold up others, and is tried again', async () => {
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
    await using _ = await startIndexingFiles({
      database,
      bus: createLocalBus(),
      storage: storage as FileStorage,
      logger,
      retryMs: 50,
    })
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

test('the index was asked every second on an idle server: it is woken by what was committed, and by nothing else', async () => {
  const database = await createMemoryDatabase()
  const [sent] = await createUnindexed(database, ['a text'])
  const messageId = sent?.messageId ?? ''
  let asked = 0
  const queries = new Proxy(database.queries, {
    get: (target, name) => {
      if (name === 'selectDistinct') asked += 1
      return Reflect.get(target, name, target) as unknown
    },
  })
  const storage = { size: async () => 6, open: async () => Readable.from([Buffer.from('a text')]) } as Partial<FileStorage>
  const bus = createLocalBus()
  const logger = createLogger('silent')
  vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout'] })
  try {
    await using _ = await startIndexingFiles({ database: { ...database, queries }, bus, storage: storage as FileStorage, logger })
    const isIndexed = () => vi.waitUntil(async () => (await findUnindexed(database, null)).length === 0, { timeout: 20_000 })
    await isIndexed()
    await vi.waitUntil(() => asked === 2)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toBe(2)
    await database.queries.update(messageFiles).set({ isIndexed: false })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await findUnindexed(database, null)).toEqual([messageId])
    bus.publish(unindexedTopic, null)
    await isIndexed()
    // A hint may be lost.
    await database.queries.update(messageFiles).set({ isIndexed: false })
    await vi.advanceTimersByTimeAsync(10 * 60_000)
    await isIndexed()
  } finally {
    vi.useRealTimers()
  }
  await database.close()
})
