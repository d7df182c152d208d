import { randomUUID } from 'node:crypto'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { schema } from '@holdfast/drizzle'
import type { Import } from '@holdfast/shared'
import { asc, not } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import type { Database } from '../src/platform/database/database.ts'
import { connect, createTestApp, type TestUser } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { makeManyConversations, messagesPerConversation } from './import-fixtures/many-conversations.ts'
import { createSeededRandom } from './seeded-random.ts'
import { upload } from './upload.ts'

const kills = Number(process.env['HOLDFAST_KILLS'] ?? 4)
const seed = Number(process.env['HOLDFAST_SEED'] ?? 1)
const conversationCount = kills * 40
/** An item of the import has from four to ten. */
const momentsPerKill = 150
const pictureEvery = 3
const program = fileURLToPath(new URL('crashing-import-main.ts', import.meta.url))
const secret = 'a secret that is only used in tests, 32+ characters'

test(
  `${kills} times kill -9 during an import: in the end there is exactly what an undisturbed import gives`,
  { timeout: 900_000 },
  async () => {
    await using undisturbed = await createDataDirectory()
    await using disturbed = await createTemporaryDirectory()
    const { user, fileId } = await uploadArchive(undisturbed.path)
    // Copied with its user: what an import makes has ids that follow from the user's.
    const path = join(disturbed.path, 'data')
    await cp(undisturbed.path, path, { recursive: true })
    const importId = randomUUID()

    const truth = await finish(undisturbed.path, user, { importId, fileId })
    const pictures = Math.floor(conversationCount / pictureEvery)
    expect(truth.report).toMatchObject({
      state: 'done',
      total: conversationCount,
      conversations: conversationCount,
      messages: conversationCount * messagesPerConversation,
      skipped: 0,
    })
    expect(truth.report.problems).toHaveLength(pictures)
    expect(truth.rows.messageFiles).toHaveLength(pictures)

    await importAndKill(path, user, { importId, fileId })
    const found = await finish(path, user, { importId, fileId })
    expect(found.report).toEqual({ ...truth.report, createdAt: found.report.createdAt, endedAt: found.report.endedAt })
    expect(found.rows).toEqual(truth.rows)
  },
)

interface Started {
  readonly importId: string
  readonly fileId: string
}

async function uploadArchive(dataDir: string): Promise<{ user: TestUser; fileId: string }> {
  await using app = await createTestApp({ env: { DATA_DIR: dataDir, BETTER_AUTH_SECRET: secret } })
  const user = await app.createUser()
  const archive = makeManyConversations(conversationCount, { pictureEvery })
  const { id: fileId } = await upload(app, user, archive, { name: 'export.zip', purpose: 'import' })
  return { user, fileId }
}

/** Starts the import, and the server again each time that it has killed itself: after a number of moments that the seed determines. */
async function importAndKill(dataDir: string, { cookie }: TestUser, started: Started): Promise<void> {
  const random = createSeededRandom(seed)
  for (let kill = 0; kill < kills; kill += 1) {
    const moments = String(1 + Math.floor(random() * momentsPerKill))
    const env = { DATA_DIR: dataDir, BETTER_AUTH_SECRET: secret, CRASH_AFTER: moments }
    await using server = await startServerProcess(env, program)
    const client = await signIn(server.url, cookie)
    // A repeat with the same id gives the same import.
    const progress = await client.imports.start.mutate(started)
    expect(progress.endedAt, `kill ${kill} of seed ${seed} comes in the middle`).toBeNull()
    process.kill(server.pid, 'SIGUSR2')
    expect(await server.exited).toBeNull()
  }
}

/** Starts the import, unless it runs, and waits for its end. Gives what it says of itself, and every row that it has left. */
async function finish(dataDir: string, { cookie }: TestUser, started: Started): Promise<{ report: Import; rows: Rows }> {
  await using app = await createTestApp({ env: { DATA_DIR: dataDir, BETTER_AUTH_SECRET: secret } })
  const client = await signIn(app.url, cookie)
  expect((await client.imports.start.mutate(started)).endedAt).toBeNull()
  const report = await vi.waitUntil(
    async () => {
      const found = await client.imports.get.query({ importId: started.importId })
      return found.endedAt === null ? null : found
    },
    { timeout: 600_000, interval: 50 },
  )
  // The words of the files are added to the index in the background.
  const { messageFiles } = schema
  await expect.poll(() => app.database.queries.$count(messageFiles, not(messageFiles.isIndexed))).toBe(0)
  return { report, rows: await readRows(app.database) }
}

async function signIn(url: string, cookie: string): Promise<TestUser['client']> {
  const response = await fetch(`${url}/api/auth/token`, { headers: { cookie } })
  return connect(url, ((await response.json()) as { token: string }).token).client
}

type Rows = Awaited<ReturnType<typeof readRows>>

/** What an import writes, but for the times at which it did. */
async function readRows({ queries }: Pick<Database, 'queries'>) {
  const { conversationLog, conversations, files, messageFiles, messages, searchDocuments, searchTitles } = schema
  return {
    conversations: (await queries.select().from(conversations).orderBy(asc(conversations.id))).map(
      ({ lastEventAt: _, ...row }) => row,
    ),
    messages: await queries.select().from(messages).orderBy(asc(messages.id)),
    log: (
      await queries.select().from(conversationLog).orderBy(asc(conversationLog.conversationId), asc(conversationLog.fromSeq))
    ).map(({ at: _, ...row }) => row),
    files: (await queries.select().from(files).orderBy(asc(files.id))).map(
      ({ createdAt: _created, updatedAt: _updated, ...row }) => row,
    ),
    messageFiles: await queries.select().from(messageFiles).orderBy(asc(messageFiles.messageId), asc(messageFiles.fileId)),
    searchDocuments: await queries.select().from(searchDocuments).orderBy(asc(searchDocuments.messageId)),
    searchTitles: await queries.select().from(searchTitles).orderBy(asc(searchTitles.conversationId)),
  }
}
