import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { schema } from '@holdfast/drizzle'
import type { Activity } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { createAnswerFiles } from '../src/files/answer-files.ts'
import { openFiles } from '../src/files/open-files.ts'
import { showFile } from '../src/files/show-file.ts'
import { tokenToUserId } from './token-to-user-id.ts'
import { collectOrphans, sweepStorage, type CollectDeps } from '../src/files/collect-orphans.ts'
import { openDiskStorage } from '../src/files/storage/disk-storage.ts'
import { openDiskUploads } from '../src/files/uploads/disk-uploads.ts'
import { createNearLimits } from '../src/limits/near-limits.ts'
import { createLocalBus } from '../src/platform/bus/local-bus.ts'
import { createDefaultSettings } from '../src/settings/default-settings.ts'
import { createLogger } from '../src/platform/logger.ts'
import { createWorkDirectory } from '../src/platform/work-directory.ts'
import { connect, createTestApp, createTestUser } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { createMemoryDatabase } from '../testing/memory-database.ts'
import { createScriptedProvider } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { ask } from './send.ts'
import { refused } from './refused.ts'
import { collect } from './collect.ts'
import { createUpload, sendPiece, tusHeaders, upload, waitForFile } from './upload.ts'

const hourMs = 3_600_000

test('[U5] a file stays while a message shows it; deleted, unsent and abandoned ones go, and their bytes with the last of them', async () => {
  await using directory = await createDataDirectory()
  const clock = { offsetMs: 0, now: () => new Date(Date.now() + clock.offsetMs) }
  const database = await createMemoryDatabase()
  await using app = await createTestApp({ model: 'Yes.', env: { DATA_DIR: directory.path }, overrides: { database, clock } })
  const user = await app.createUser()
  const { client } = user
  const deps: CollectDeps = {
    database,
    clock,
    logger: createLogger('silent'),
    storage: await openDiskStorage(join(directory.path, 'files')),
    uploads: await openDiskUploads(join(directory.path, 'uploads')),
    keepDays: () => 7,
  }
  const hashesKept = async () => new Set((await collect(deps.storage.list())).map((key) => key.split('/')[1]))
  const exists = async (fileId: string) => (await database.queries.$count(schema.files, eq(schema.files.id, fileId))) === 1

  const shown = await upload(app, user, 'shown', { name: 'shown.txt' })
  const unsent = await upload(app, user, 'unsent', { name: 'unsent.txt' })
  const deleted = await upload(app, user, 'deleted', { name: 'deleted.txt' })
  const twin = await upload(app, user, 'deleted', { name: 'twin.txt' })
  const abandonedId = randomUUID()
  await createUpload(app, user, 10, { fileId: abandonedId })
  const asked = await ask(user, 'Read it.', { files: [shown.id] })
  expect(twin.sha256).toBe(deleted.sha256)
  // Once examined, an upload is not kept a second time.
  await vi.waitFor(
    async () => expect((await readdir(join(directory.path, 'uploads'))).toSorted()).toEqual([abandonedId, `${abandonedId}.json`]),
    60_000,
  )

  await client.files.delete.mutate({ fileId: shown.id })
  await client.files.delete.mutate({ fileId: deleted.id })
  expect((await client.files.list.query({})).items.map(({ id }) => id)).toEqual([abandonedId, twin.id, unsent.id])
  expect((await refused(client.files.get.query({ fileId: deleted.id }))).code).toBe('NOT_FOUND')
  expect(await client.files.get.query({ fileId: shown.id })).toMatchObject({ state: 'ready' })
  expect(await collectOrphans(deps)).toBe(1)
  expect([await exists(deleted.id), await exists(shown.id), await exists(unsent.id)]).toEqual([false, true, true])
  expect(await hashesKept()).toEqual(new Set([shown.sha256, unsent.sha256, twin.sha256]))

  clock.offsetMs = 25 * hourMs
  expect(await collectOrphans(deps)).toBe(1)
  expect([await exists(abandonedId), await readdir(join(directory.path, 'uploads'))]).toEqual([false, []])

  clock.offsetMs = 8 * 24 * hourMs
  expect(await collectOrphans(deps)).toBe(2)
  expect(await hashesKept()).toEqual(new Set([shown.sha256]))

  // The message is gone, and so is the last that showed the file.
  clock.offsetMs = 0
  await client.messages.delete.mutate({ requestId: randomUUID(), messageId: asked.userMessageId })
  expect(await collectOrphans(deps)).toBe(1)
  expect(await hashesKept()).toEqual(new Set())
})

test('a conversation keeps its files in the trash, and gives them up when it is deleted for good; a deleted user leaves no bytes', async () => {
  await using directory = await createDataDirectory()
  const database = await createMemoryDatabase()
  await using app = await createTestApp({ model: 'Yes.', env: { DATA_DIR: directory.path }, overrides: { database } })
  const user = await app.createUser()
  const deps: CollectDeps = {
    database,
    clock: { now: () => new Date() },
    logger: createLogger('silent'),
    storage: await openDiskStorage(join(directory.path, 'files')),
    uploads: await openDiskUploads(join(directory.path, 'uploads')),
    keepDays: () => 7,
  }
  const file = await upload(app, user, 'shown', { name: 'shown.txt' })
  const other = await upload(app, user, 'other', { name: 'other.txt' })
  const { conversationId } = await ask(user, 'Read it.', { files: [file.id] })
  await user.client.files.delete.mutate({ fileId: file.id })
  await user.client.conversations.delete.mutate({ conversationId })
  expect(await collectOrphans(deps)).toBe(0)
  await user.client.conversations.delete.mutate({ conversationId, permanent: true })
  expect(await collectOrphans(deps)).toBe(1)

  const bytes = () => collect(deps.storage.list())
  expect((await bytes()).every((key) => key.includes(other.sha256 ?? ''))).toBe(true)
  await sweepStorage(deps)
  expect((await bytes()).length).toBeGreaterThan(0)
  await database.queries.delete(schema.users)
  await sweepStorage(deps)
  expect(await bytes()).toEqual([])
})

test(
  'an upload goes on where it was when the server is killed; one that was complete is examined at the next start',
  { timeout: 240_000 },
  async () => {
    await using directory = await createDataDirectory()
    await using provider = await createScriptedProvider()
    const env = { DATA_DIR: directory.path, OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1' }
    const server = await startServerProcess(env)
    const { cookie, token, close } = await createTestUser(server.url)
    await close()
    const user = { ...connect(server.url, token), cookie }
    const [half, whole] = [randomUUID(), randomUUID()]
    const content = new Uint8Array(Buffer.from('0123456789'.repeat(20_000)))
    await createUpload(server, user, content.length, { fileId: half, name: 'half.txt' })
    expect((await sendPiece(`${server.url}/api/uploads/${half}`, user, 0, content.slice(0, 70_000))).status).toBe(204)
    await createUpload(server, user, 5, { fileId: whole, name: 'whole.txt' })
    expect((await sendPiece(`${server.url}/api/uploads/${whole}`, user, 0, new TextEncoder().encode('whole'))).status).toBe(204)
    await server.end('SIGKILL')
    await user.close()

    await using next = await startServerProcess(env)
    const renewed = (await (await fetch(`${next.url}/api/auth/token`, { headers: { cookie } })).json()) as { token: string }
    const again = { ...connect(next.url, renewed.token), cookie }
    expect(await waitForFile(again, whole)).toMatchObject({ state: 'ready', textCharacters: 5 })
    const address = `${next.url}/api/uploads/${half}`
    const head = await fetch(address, { method: 'HEAD', headers: tusHeaders(again) })
    expect(head.headers.get('upload-offset')).toBe('70000')
    expect((await sendPiece(address, again, 70_000, content.slice(70_000))).status).toBe(204)
    expect(await waitForFile(again, half)).toMatchObject({ state: 'ready', bytes: 200_000, textCharacters: 200_000 })
    await again.close()
  },
)

test('[U5] a file that was kept for an answer and shown by none is seen by nobody, and goes after an hour; one that was shown stays', async () => {
  await using directory = await createDataDirectory()
  const clock = { offsetMs: 0, now: () => new Date(Date.now() + clock.offsetMs) }
  const database = await createMemoryDatabase()
  const env = { DATA_DIR: directory.path }
  await using app = await createTestApp({ model: 'Yes.', env, overrides: { database, clock } })
  const logger = createLogger('silent')
  const config = {
    storage: { kind: 'disk', directory: null },
    dataDir: directory.path,
    fileMaxBytes: 1_000,
    filesKeepDays: 7,
  } as const
  // As a process with this number left it long ago.
  const left = await createWorkDirectory()
  await utimes(left, 0, 0)
  const settings = { current: () => createDefaultSettings({ isForThisMachine: true, messagesPerMinute: 60 }) }
  await using opened = await openFiles({
    config,
    database,
    clock,
    logger,
    bus: createLocalBus(),
    settings,
    nearLimits: createNearLimits(logger),
  })
  const { storage, uploads, processor } = opened
  expect(existsSync(left)).toBe(false)
  const deps: CollectDeps = { database, clock, logger, storage, uploads, keepDays: () => 7 }
  const answerFiles = createAnswerFiles({ config, database, processor })
  const user = await app.createUser()
  const userId = tokenToUserId(user.token)
  const { assistantMessageId: messageId } = await ask(user, 'Read it.')

  const shownFiles: Activity[] = []
  const notify = (_userId: string, item: Activity) => void shownFiles.push(item)
  const keep = async (words: string) => {
    const kept = await answerFiles.keep(userId, { base64: Buffer.from(words).toString('base64'), name: 'notes', kind: 'any' })
    return 'file' in kept ? kept.file : expect.fail(kept.refused)
  }
  const lost = await keep('lost')
  const shown = await keep('shown')
  expect((await refused(user.client.files.get.query({ fileId: shown.id }))).code).toBe('NOT_FOUND')
  expect((await user.client.files.list.query({})).items).toEqual([])
  expect(await collectOrphans(deps)).toBe(0)
  const part = { type: 'file', fileId: shown.id, name: 'notes.txt', mediaType: 'text/plain', bytes: 5 }
  expect(await database.queries.transaction((tx) => showFile({ tx, notify }, { fileId: shown.id, messageId }))).toEqual(part)
  expect(shownFiles).toMatchObject([{ type: 'file', file: { id: shown.id, state: 'ready' } }])
  expect((await user.client.files.list.query({})).items.map(({ id }) => id)).toEqual([shown.id])

  clock.offsetMs = 61 * 60_000
  expect(await collectOrphans(deps)).toBe(1)
  expect(await database.queries.transaction((tx) => showFile({ tx, notify }, { fileId: lost.id, messageId }))).toBe(null)
  expect((await collect(storage.list())).every((key) => key.includes(shown.sha256 ?? ''))).toBe(true)

  const refusedAs = async (bytes: Buffer, kind: 'picture' | 'any') => {
    const kept = await answerFiles.keep(userId, { base64: bytes.toString('base64'), name: 'x', kind })
    return 'refused' in kept ? kept.refused : null
  }
  expect(await refusedAs(Buffer.from([0x4d, 0x5a, 0, 1, 2, 3]), 'any')).toBe('Files of this kind are not kept.')
  expect(await refusedAs(Buffer.from('words'), 'picture')).toBe('It is not a picture.')
  expect(await refusedAs(Buffer.alloc(1_001, 'x'), 'any')).toBe('It is larger than a file may be.')
  expect(await refusedAs(Buffer.alloc(0), 'any')).toBe('The file is empty.')
})
