import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { schema } from '@holdfast/drizzle'
import { and, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FileStorage } from '../src/files/storage/file-storage.ts'
import { maxFileTextLength } from '../src/search/file-texts.ts'
import { findUnindexed, indexFilesOf } from '../src/search/index-files.ts'
import { indexOlderBatch } from '../src/search/index-older.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createPdf } from './documents.ts'
import { createUpload, sendPiece, upload, waitForFile } from './upload.ts'

const { files, messageFiles, searchDocuments, searchProgress } = schema

let app: TestApp

beforeAll(async () => {
  app = await createTestApp({ model: 'Thank you.' })
})
afterAll(() => app[Symbol.asyncDispose]())

const search = async (user: TestUser, query: string) => (await user.client.search.messages.query({ query })).items
const found = async (user: TestUser, query: string) => (await search(user, query)).map(({ messageId }) => messageId)

async function ask(user: TestUser, content: string, fileIds: string[], conversationId?: string) {
  const { client } = user
  const place = conversationId === undefined ? {} : { conversationId }
  const sent = await client.messages.send.mutate({ requestId: randomUUID(), content, files: fileIds, ...place })
  await expect
    .poll(async () => (await client.messages.status.query({ conversationId: sent.conversationId })).hasActiveGeneration)
    .toBe(false)
  return sent
}

/** What the background has not done yet for this message. */
const countUnindexed = (messageId: string) =>
  app.database.queries.$count(messageFiles, and(eq(messageFiles.messageId, messageId), eq(messageFiles.isIndexed, false)))

const waitUntilIndexed = (messageId: string) => expect.poll(() => countUnindexed(messageId)).toBe(0)

async function askWithFile(user: TestUser, content: string, text: string | Uint8Array, name: string) {
  const file = await upload(app, user, text, { name })
  const sent = await ask(user, content, [file.id])
  await waitUntilIndexed(sent.userMessageId)
  return { ...sent, file }
}

const marked = ({ text, ranges }: { text: string; ranges: { start: number; end: number }[] }) =>
  ranges.map(({ start, end }) => text.slice(start, end))

test('[U7] a message is found by a word of its file, and the snippet shows the name of the file and the passage', async () => {
  const user = await app.createUser()
  const before = 'Nothing of interest stands here. '.repeat(400)
  const { file, userMessageId } = await askWithFile(user, 'Read this', `${before}The walrus sleeps on ice.`, 'Arctic report.txt')
  const items = await search(user, 'walrus ice')
  expect(items).toMatchObject([{ messageId: userMessageId, file: { fileId: file.id, name: 'Arctic report.txt' } }])
  const snippet = items[0]?.snippet ?? { text: '', ranges: [] }
  expect(snippet.text).toMatch(/^Arctic report\.txt: ….*The walrus sleeps on ice\.$/u)
  expect(marked(snippet)).toEqual(['walrus', 'ice'])
  expect(await found(user, '"sleeps on ice"')).toEqual([userMessageId])
  expect(await found(user, 'walrus -ice')).toEqual([])
})

test('a name finds a message as soon as it is sent, and so do words of which some stand in the name, the file and the message', async () => {
  const user = await app.createUser()
  const file = await upload(app, user, 'Kelp grows fast.', { name: 'Ålesund_2026-harvest.md' })
  const { userMessageId } = await user.client.messages.send.mutate({
    requestId: randomUUID(),
    content: 'Summarise it please',
    files: [file.id],
  })
  expect(await search(user, 'alesund harvest')).toMatchObject([
    { messageId: userMessageId, snippet: { text: 'Ålesund_2026-harvest.md' }, file: { fileId: file.id } },
  ])
  await waitUntilIndexed(userMessageId)
  expect(await found(user, 'summarise harvest kelp')).toEqual([userMessageId])
  const [item] = await search(user, 'harvest grows')
  expect(item?.snippet.text).toBe('Ålesund_2026-harvest.md: Kelp grows fast.')
  expect(marked(item?.snippet ?? { text: '', ranges: [] })).toEqual(['harvest', 'grows'])
  expect(await search(user, 'summarise')).toMatchObject([{ snippet: { text: 'Summarise it please' } }])
  expect((await search(user, 'summarise'))[0]?.file).toBeUndefined()
})

test('no phrase spans the end of a message, a name and a file', async () => {
  const user = await app.createUser()
  const { userMessageId } = await askWithFile(user, 'An early heron', 'waits for fish', 'at dawn.txt')
  for (const query of ['"heron waits"', '"txt an"', '"heron at"', '"txt waits"'])
    expect(await found(user, query), query).toEqual([])
  expect(await found(user, 'heron waits dawn')).toEqual([userMessageId])
})

test('the text of a PDF finds its message', async () => {
  const user = await app.createUser()
  const { userMessageId } = await askWithFile(user, '', createPdf(['The quarterly figures of Bjoernoeya']), 'figures.pdf')
  const [item] = await search(user, 'quarterly bjoern')
  expect(item).toMatchObject({ messageId: userMessageId, snippet: { text: 'figures.pdf: The quarterly figures of Bjoernoeya' } })
})

test('nobody finds the file of another, by its name or by its text, also when both have the same', async () => {
  const [one, other] = [await app.createUser(), await app.createUser()]
  const mine = await askWithFile(one, 'Mine', 'a secret gannet', 'secret.txt')
  expect(await search(other, 'gannet')).toEqual([])
  expect(await search(other, 'secret')).toEqual([])
  const theirs = await askWithFile(other, 'Theirs', 'a secret gannet', 'secret.txt')
  expect(await found(one, 'gannet')).toEqual([mine.userMessageId])
  expect(await found(other, 'gannet')).toEqual([theirs.userMessageId])
  expect((await search(other, 'gannet'))[0]?.file?.fileId).toBe(theirs.file.id)
})

test('a file that becomes ready after its message was written is indexed then', async () => {
  const user = await app.createUser()
  const { userMessageId } = await askWithFile(user, 'With two', 'an early puffin', 'first.txt')
  const bytes = new Uint8Array(Buffer.from('a belated puffin'))
  const fileId = randomUUID()
  const created = await createUpload(app, user, bytes.length, { fileId, name: 'second.txt' })
  await app.database.queries.insert(messageFiles).values({ messageId: userMessageId, fileId })
  expect(await findUnindexed(app.database, null)).not.toContain(userMessageId)
  expect(await found(user, 'belated')).toEqual([])
  await sendPiece(new URL(created.headers.get('location') ?? '', app.url).href, user, 0, bytes)
  await waitForFile(user, fileId)
  await waitUntilIndexed(userMessageId)
  expect(await found(user, 'belated')).toEqual([userMessageId])
  expect(await found(user, 'early puffin')).toEqual([userMessageId])
})

test('a deleted message is no longer found by its file, nor when it is deleted while the file is read', async () => {
  const user = await app.createUser()
  const { conversationId, userMessageId, file } = await askWithFile(user, 'Read', 'a rare dotterel', 'birds.txt')
  const other = await ask(user, 'Once more', [file.id], conversationId)
  await waitUntilIndexed(other.userMessageId)
  expect((await found(user, 'dotterel')).toSorted()).toEqual([userMessageId, other.userMessageId].toSorted())
  await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId: userMessageId })
  expect(await found(user, 'dotterel')).toEqual([other.userMessageId])

  // As if it had been sent at this moment.
  await unindex(other.userMessageId)
  const storage = createStorage('a rare dotterel', async () => {
    await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId: other.userMessageId })
  })
  await indexFilesOf({ database: app.database, storage }, other.userMessageId)
  expect(await found(user, 'dotterel')).toEqual([])
  expect(await app.database.queries.$count(searchDocuments, eq(searchDocuments.messageId, other.userMessageId))).toBe(0)
})

test('the trash is not searched, and what is deleted for good leaves the index', async () => {
  const user = await app.createUser()
  const { conversationId, userMessageId } = await askWithFile(user, 'Read', 'a nesting fulmar', 'birds.txt')
  await user.client.conversations.delete.mutate({ conversationId })
  expect(await found(user, 'fulmar')).toEqual([])
  await user.client.conversations.restore.mutate({ conversationId })
  expect(await found(user, 'fulmar')).toEqual([userMessageId])
  await user.client.conversations.delete.mutate({ conversationId, permanent: true })
  expect(await found(user, 'fulmar')).toEqual([])
  expect(await countUnindexed(userMessageId)).toBe(0)
})

test('a file that the user deletes is found for as long as the message shows it', async () => {
  const user = await app.createUser()
  const { userMessageId, file } = await askWithFile(user, 'Read', 'a patient bittern', 'marsh.txt')
  await user.client.files.delete.mutate({ fileId: file.id })
  expect(await search(user, 'bittern')).toMatchObject([{ messageId: userMessageId, file: { fileId: file.id } }])
})

test('an edit and a fork are found by the files that they keep', async () => {
  const user = await app.createUser()
  const { userMessageId } = await askWithFile(user, 'Read', 'a wintering smew', 'lake.txt')
  const { client } = user
  const edited = await client.messages.edit.mutate({
    requestId: randomUUID(),
    messageId: userMessageId,
    content: 'Read it again',
  })
  await waitUntilIndexed(edited.userMessageId)
  const fork = await client.conversations.fork.mutate({ requestId: randomUUID(), messageId: edited.userMessageId })
  await expect.poll(async () => (await search(user, 'smew')).map(({ conversationId }) => conversationId)).toContain(fork.id)
  expect(await found(user, 'smew')).toHaveLength(3)
  expect(await found(user, 'smew again')).toHaveLength(2)
})

test('messages with files from before files were searched are indexed in the background, once', async () => {
  const user = await app.createUser()
  const { userMessageId } = await askWithFile(user, 'An old question', 'an extinct auk', 'archive.txt')
  // Also by the older messages' own indexing, which comes first.
  await app.database.queries.delete(searchDocuments).where(eq(searchDocuments.messageId, userMessageId))
  await app.database.queries.delete(searchProgress)
  while (await indexOlderBatch(app.database)) continue
  await unindex(userMessageId)
  // Another file wakes the index, which takes along what is left.
  await upload(app, user, 'a new file', { name: 'new.txt' })
  await waitUntilIndexed(userMessageId)
  expect(await found(user, 'extinct auk')).toEqual([userMessageId])
  await app.database.queries.delete(searchProgress)
  while (await indexOlderBatch(app.database)) continue
  expect(await found(user, 'old archive'), 'the older messages replace nothing').toEqual([userMessageId])
})

test('[U7] of long files the beginning is indexed, each with its share', async () => {
  const user = await app.createUser()
  const filler = 'word '.repeat(maxFileTextLength / 5)
  const long = await askWithFile(user, 'Long', `begins ${filler} ends`, 'long.txt')
  expect(await found(user, 'begins')).toEqual([long.userMessageId])
  expect(await found(user, 'ends')).toEqual([])
  const first = await upload(app, user, `${filler} afar`, { name: 'one.txt' })
  const second = await upload(app, user, 'a small ruff', { name: 'two.txt' })
  const both = await ask(user, 'Both', [first.id, second.id])
  await waitUntilIndexed(both.userMessageId)
  expect(await found(user, 'ruff')).toEqual([both.userMessageId])
  expect(await found(user, 'afar')).toEqual([])
})

test('a file of nothing but different words does not fail, and is found by its beginning', async () => {
  const user = await app.createUser()
  const words = Array.from({ length: 80_000 }, (_, index) => `w${(index * 7919).toString(36)}x`)
  const { userMessageId } = await askWithFile(user, 'Words', words.join('\n'), 'words.csv')
  expect(await found(user, words[9_000] ?? '')).toEqual([userMessageId])
  const [item] = await search(user, `${words[9_000]} ${words[9_001]}`)
  expect(item?.snippet.text).toContain(`${words[9_000]} ${words[9_001]}`)
})

test('a short message with a word ranks above a newer one with a long file that has it once', async () => {
  const user = await app.createUser()
  const short = await ask(user, 'Is a whimbrel a curlew?', [])
  const words = Array.from({ length: 20_000 }, (_, index) => `x${(index * 104_729).toString(36)}`)
  const long = await askWithFile(user, 'Read', `A whimbrel. ${words.join(' ')}`, 'long.txt')
  const [row] = await app.database.queries
    .select({ bytes: sql<number>`pg_column_size(${searchDocuments.lexemes})`.mapWith(Number) })
    .from(searchDocuments)
    .where(eq(searchDocuments.messageId, long.userMessageId))
  expect(row?.bytes, 'too long to be read for its rank').toBeGreaterThan(32_768)
  const role = 'user'
  const { items } = await user.client.search.messages.query({ query: 'whimbrel', role })
  expect(items.map(({ messageId }) => messageId)).toEqual([short.userMessageId, long.userMessageId])
})

test('texts without spaces, and marks that fold, are found in files and shown', async () => {
  const user = await app.createUser()
  const { userMessageId } = await askWithFile(
    user,
    'Read',
    `${'本文。'.repeat(2_000)}データベースの全文検索とCrème brûlée`,
    '資料.txt',
  )
  expect(await found(user, '全文検索')).toEqual([userMessageId])
  expect(await found(user, '資料')).toEqual([userMessageId])
  const [item] = await search(user, 'creme 検索')
  expect(item?.snippet.text).toMatch(/^資料\.txt: ….*検索とCrème brûlée$/u)
  expect(marked(item?.snippet ?? { text: '', ranges: [] })).toEqual(['検索', 'Crème'])
})

test('while files cannot be read, a search still answers', async () => {
  const user = await app.createUser()
  const { userMessageId, file } = await askWithFile(user, '', 'a hidden crake', 'reeds.txt')
  // As when the storage is away: another content, of which nothing is kept.
  await app.database.queries
    .update(files)
    .set({ sha256: 'f'.repeat(64) })
    .where(eq(files.id, file.id))
  expect(await search(user, 'crake')).toMatchObject([{ messageId: userMessageId, snippet: { text: 'reeds.txt', ranges: [] } }])
})

async function unindex(messageId: string): Promise<void> {
  await app.database.queries.update(messageFiles).set({ isIndexed: false }).where(eq(messageFiles.messageId, messageId))
}

/** Has one text, and does something before it is read. */
function createStorage(text: string, beforeReading: () => Promise<void>): FileStorage {
  const bytes = Buffer.from(text)
  const refuse = () => Promise.reject(new Error('only for reading'))
  return {
    size: async () => bytes.length,
    open: async () => {
      await beforeReading()
      return Readable.from([bytes])
    },
    put: refuse,
    delete: refuse,
    list: () => {
      throw new Error('only for reading')
    },
  }
}
