import { randomUUID } from 'node:crypto'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { eq, sql } from 'drizzle-orm'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readArchive } from '../src/backup/read-archive.ts'
import { openSource, type DataPlace } from '../src/backup/data-source.ts'
import { openDatabase } from '../src/cli/open-database.ts'
import { findLogDifferences } from '../src/doctor/check-logs.ts'
import { createKeyCipher } from '../src/providers/key-cipher.ts'
import { rowToStored } from '../src/providers/provider-store.ts'
import { executeRows } from '../src/platform/database/database.ts'
import { exists } from '../src/platform/exists.ts'
import { connect, createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createPostgresDatabase } from '../testing/create-postgres-database.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { createGate, tokens, tokensText } from '../testing/scripted-provider/index.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { follow } from './follow.ts'
import { runHoldfast } from './run-holdfast.ts'
import { ask, send } from './send.ts'
import { startS3Server } from './s3-server.ts'
import { tokenToUserId } from './token-to-user-id.ts'
import { upload } from './upload.ts'

const adminUrl = process.env['TEST_POSTGRES_URL']
const secret = 'a secret that is only used in tests, 32+ characters'
const providerKey = 'sk-canary-in-a-backup-1234'

type Env = Record<string, string>

let places: AsyncDisposable & { readonly path: string }
let original: Env
/** A backup that was made while answers were being written. */
let archive: string
let user: TestUser
/** What its owner had at the end: a finished conversation with a file, and answers that were cut. */
const finished: { conversationId: Id; messageId: Id; fileId: Id; fileText: string } = {
  conversationId: '',
  messageId: '',
  fileId: '',
  fileText: 'What is in the file.',
}
const running: { conversationId: Id; messageId: Id; shown: string }[] = []
let server: TestApp

/** An empty place for a database of the kind that this project tests. */
async function createPlace(name: string, kind: 'embedded' | 'postgres' = adminUrl ? 'postgres' : 'embedded'): Promise<Env> {
  const dataDir = join(places.path, `${name}-${randomUUID().slice(0, 8)}`)
  return {
    PORT: '0',
    DATA_DIR: dataDir,
    BETTER_AUTH_SECRET: secret,
    ...(kind === 'postgres' ? { DATABASE_URL: await createPostgresDatabase(adminUrl ?? '') } : {}),
  }
}

let template: string | null = null

/** A place with what is in the backup. Only the first embedded one is restored, which takes seconds; the others are its copies. */
async function createRestored(name: string): Promise<Env> {
  const place = await createPlace(name)
  if (template !== null) await cp(template, place['DATA_DIR'] ?? '', { recursive: true })
  else expect((await runHoldfast(place, ['restore', archive])).code).toBe(0)
  if (!adminUrl) template ??= place['DATA_DIR'] ?? null
  if (template !== place['DATA_DIR']) return place
  return createRestored(name)
}

function toPlace(env: Env): DataPlace {
  return { databaseUrl: env['DATABASE_URL'] ?? null, dataDir: env['DATA_DIR'] ?? '', storage: { kind: 'disk', directory: null } }
}

/** All rows that matter, to compare databases with each other. */
async function readRows(env: Env): Promise<Record<string, string[]>> {
  await using source = await openSource(toPlace(env))
  return await source.readAtOneMoment(async (queries) => {
    const tables = [
      'users',
      'sessions',
      'jwks',
      'conversations',
      'messages',
      'conversation_log',
      'generations',
      'files',
      'message_files',
      'requests',
      'search_documents',
    ]
    const result: Record<string, string[]> = {}
    for (const table of tables) {
      const rows = await executeRows<{ row: string }>(
        queries,
        sql`select t::text as row from ${sql.identifier(table)} t order by 1`,
      )
      result[table] = rows.map(({ row }) => row)
    }
    return result
  })
}

async function changeRows(
  env: Env,
  change: (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<unknown>,
): Promise<void> {
  await using database = await openDatabase(toPlace(env))
  await change(database)
}

const checksOf = (run: { json: () => unknown }) =>
  (run.json() as { findings: { check: string; state: string }[] }).findings.map(({ check, state }) => `${check} ${state}`)

beforeAll(async () => {
  places = await createTemporaryDirectory()
  original = await createPlace('original')
  server = await createTestApp({ env: original })
  user = await server.createUser()
  await fillAndBackUp(server)
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await places[Symbol.asyncDispose]()
})

async function fillAndBackUp(app: TestApp): Promise<void> {
  await user.client.admin.providers.create.mutate({
    kind: 'compatible',
    name: 'A kept provider',
    baseUrl: app.provider.baseUrl,
    key: providerKey,
    defaultModel: 'scripted-1',
    enabled: false,
  })
  const file = await upload(app, user, finished.fileText, { name: 'file.txt' })
  const asked = await ask(user, 'say It is read.', { files: [file.id] })
  Object.assign(finished, { conversationId: asked.conversationId, messageId: asked.assistantMessageId, fileId: file.id })
  await ask(user, 'tool add_task {"title":"Kept"}', { conversationId: asked.conversationId })
  // Written words by word until the end of the test's backup, and one that is queued behind the first.
  const gate = createGate()
  app.provider.script(tokens(400, { perSecond: 400, stopAfter: 350, then: gate }))
  for (let index = 0; index < 3; index += 1) {
    const sent = await send(user, `question ${index}`)
    running.push({ conversationId: sent.conversationId, messageId: sent.assistantMessageId, shown: '' })
  }
  await send(user, 'behind', { conversationId: running[0]?.conversationId ?? '' })
  const readers = running.map(({ conversationId }) => follow(user.client, conversationId))
  await Promise.all(
    readers.map((reader, index) =>
      reader.until(() => (reader.message(running[index]?.messageId ?? '')?.content.length ?? 0) > 20),
    ),
  )
  for (const [index, one] of running.entries()) one.shown = readers[index]?.message(one.messageId)?.content ?? ''
  archive = join(places.path, 'backup.tar')
  const run = await runHoldfast(original, ['backup', archive, '--json'])
  expect(run.err).toMatch(/^Files.*^Table messages/msu)
  expect(run.code).toBe(0)
  gate.open()
  for (const [index, reader] of readers.entries()) {
    await reader.until(() => reader.message(running[index]?.messageId ?? '')?.status === 'completed')
    reader.stop()
  }
}

test('a backup of a running server holds every word that was shown, and its answers are taken up again after a restore', async () => {
  const { mode } = await stat(archive)
  expect(mode & 0o777).toBe(0o600)
  const place = await createPlace('restored')
  const restored = await runHoldfast(place, ['restore', archive, '--verify', '--json'])
  expect([restored.code, restored.err]).toEqual([0, expect.any(String)])
  const { rows, files, findings } = restored.json() as {
    rows: Record<string, number>
    files: number
    findings: { check: string }[]
  }
  expect(rows).toMatchObject({ users: 1, conversations: 4, files: 1 })
  expect(files).toBeGreaterThan(0)
  // Jobs are not in a backup.
  expect(findings.map(({ check }) => check)).toEqual(['generation-without-job'])
  await using source = await openSource(toPlace(place))
  expect(await source.readAtOneMoment((queries) => findLogDifferences(queries))).toEqual([])
  await source[Symbol.asyncDispose]()

  await using app = await createTestApp({ env: place, model: 'Behind it.' })
  const again = connect(app.url, user.token)
  try {
    for (const { conversationId, messageId, shown } of running) {
      const reader = follow(again.client, conversationId)
      await reader.until(({ conversation }) => conversation?.hasActiveGeneration === false)
      const message = reader.message(messageId)
      // It has gone on by itself, with what this model says.
      expect(message?.status).toBe('completed')
      expect(message?.content.startsWith(shown)).toBe(true)
      expect(message?.content).toMatch(/Behind it\.$/u)
      expect(tokensText(400).startsWith(message?.content.replace(/Behind it\.$/u, '') ?? '?')).toBe(true)
      reader.stop()
    }
    const { url } = await again.client.files.url.query({ fileId: finished.fileId })
    expect(await (await fetch(`${app.url}${url}`)).text()).toBe(finished.fileText)
    expect((await again.client.search.messages.query({ query: 'read' })).items.length).toBeGreaterThan(0)
  } finally {
    await again.close()
  }
  const after = await runHoldfast(place, ['doctor', '--json'])
  expect(checksOf(after)).toEqual([])
  expect(after.code).toBe(0)
})

test('a backup holds the keys of providers encrypted only, and with the secret they can be used after a restore', async () => {
  const texts: string[] = [(await readFile(archive)).toString('latin1')]
  await readArchive(archive, async ({ name, content }) => {
    const bytes = await buffer(content)
    texts.push((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'))
  })
  const found = (text: string) => texts.filter((part) => part.includes(text))
  expect(found('A kept provider'), 'a control').toHaveLength(1)
  expect(found('question 0').length, 'a control').toBeGreaterThan(0)
  expect(found(providerKey)).toEqual([])
  expect(found(Buffer.from(providerKey).toString('base64').slice(0, -2))).toEqual([])

  await using source = await openSource(toPlace(await createRestored('keys')))
  const rows = await source.readAtOneMoment((queries) => queries.select().from(schema.providers))
  const readWith = (used: string) => rows.map((row) => rowToStored(row, createKeyCipher(used)))
  expect(readWith(secret)).toMatchObject([{ key: providerKey, isKeyUnreadable: false }])
  expect(readWith('another secret that is 32+ characters long')).toMatchObject([{ key: null, isKeyUnreadable: true }])
})

test('a restore refuses a database with users, and changes nothing; with --replace it takes its place', async () => {
  const place = await createRestored('taken')
  const before = await readRows(place)
  await changeRows(place, ({ queries }) => queries.update(schema.users).set({ name: 'Changed since' }))
  const changed = await readRows(place)
  expect(changed).not.toEqual(before)
  const refused = await runHoldfast(place, ['restore', archive, '--json'])
  expect(refused.code).toBe(1)
  expect(refused.json()).toEqual({ error: expect.stringMatching(/has a database with users in it.*--replace/u) })
  expect(await readRows(place)).toEqual(changed)
  expect((await runHoldfast(place, ['restore', archive, '--replace'])).code).toBe(0)
  expect(await readRows(place)).toEqual(before)
  if (!adminUrl)
    expect(await readdir(join(place['DATA_DIR'] ?? '', 'snapshots'))).toEqual([expect.stringMatching(/-before-restore$/u)])
})

test('a backup that was cut, changed, or is none, is refused with a sentence, and nothing is written', async () => {
  const bytes = await readFile(archive)
  const broken = join(places.path, 'broken.tar')
  const place = await createPlace('untouched')
  const cases: [Buffer, RegExp][] = [
    [bytes.subarray(0, bytes.length - 1_600), /not a whole backup/u],
    [bytes.subarray(0, Math.floor(bytes.length / 3)), /not a whole backup/u],
    [Buffer.from('Not a backup at all.'), /not a whole backup|not a backup/u],
    [flip(bytes, 'What is in the file.'), /files\/\S+ was changed/u],
    [flip(bytes, '"migration"'), /schema\.json was changed|is damaged/u],
  ]
  for (const [content, sentence] of cases) {
    await writeFile(broken, content)
    const run = await runHoldfast(place, ['restore', broken])
    expect([run.code, run.err]).toEqual([1, expect.stringMatching(sentence)])
    await expect(stat(place['DATA_DIR'] ?? '')).rejects.toThrow('ENOENT')
  }
  const missing = await runHoldfast(place, ['restore', join(places.path, 'nowhere.tar')])
  expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('There is no file')])
})

function flip(bytes: Buffer, text: string): Buffer {
  const changed = Buffer.from(bytes)
  const at = changed.indexOf(text)
  expect(at).toBeGreaterThan(0)
  changed[at + 1] = (changed[at + 1] ?? 0) ^ 1
  return changed
}

test('a backup that was cut off is continued, and brings the secret that is a file; one that is a setting is in none', async () => {
  expect((await readFile(archive)).includes(secret)).toBe(false)
  const { BETTER_AUTH_SECRET: _, ...place } = await createRestored('continued')
  const ownSecret = 'the secret of a file, which has 32 characters'
  await writeFile(join(place['DATA_DIR'] ?? '', 'auth-secret'), ownSecret, { mode: 0o600 })
  const file = join(places.path, 'continued.tar')
  const cut = runHoldfast(place, ['backup', file], ({ what }) => {
    if (what === 'Table messages') throw new Error('cut off')
  })
  expect((await cut).code).toBe(1)
  await expect(stat(file)).rejects.toThrow('ENOENT')
  const made = await runHoldfast(place, ['backup', file, '--json'])
  const { files } = made.json() as { files: number }
  expect(made.json()).toMatchObject({ continued: files, hasSecret: true })
  expect(files).toBeGreaterThan(0)
  expect(`${made.out}${made.err}`).not.toContain(ownSecret)
  expect((await readdir(places.path)).filter((name) => name.startsWith('continued.tar'))).toEqual(['continued.tar'])
  const { BETTER_AUTH_SECRET: __, ...copy } = await createPlace('continued-copy')
  expect((await runHoldfast(copy, ['restore', file, '--verify'])).out).toContain('The secret of the server was restored.')
  const path = join(copy['DATA_DIR'] ?? '', 'auth-secret')
  expect([await readFile(path, 'utf8'), (await stat(path)).mode & 0o777]).toEqual([ownSecret, 0o600])
  expect(await readRows(copy)).toEqual(await readRows(place))
})

test('the doctor names what is wrong, and mends what can be mended without losing anything', async () => {
  const place = await createRestored('ill')
  const dataDir = place['DATA_DIR'] ?? ''
  const { conversationId, messageId } = finished
  await changeRows(place, async ({ queries }) => {
    await queries.update(schema.messages).set({ parts: '[]' }).where(eq(schema.messages.id, messageId))
    await queries.update(schema.conversations).set({ messageCount: 77 }).where(eq(schema.conversations.id, conversationId))
    await queries.delete(schema.generations).where(eq(schema.generations.messageId, running[1]?.messageId ?? ''))
    // All is indexed but for one message.
    await queries
      .insert(schema.searchProgress)
      .values({ version: 1 })
      .onConflictDoUpdate({ target: schema.searchProgress.version, set: { nextMessageId: null, nextConversationId: null } })
    await queries.delete(schema.searchDocuments).where(eq(schema.searchDocuments.conversationId, conversationId))
  })
  const orphan = join(dataDir, 'files', 'ab', `ab${'0'.repeat(62)}`)
  await mkdir(orphan, { recursive: true })
  await writeFile(join(orphan, 'original'), 'nobody')
  await chmod(join(dataDir, 'files'), 0o755)
  const ill = await runHoldfast(place, ['doctor', '--json'])
  expect(ill.code).toBe(1)
  const expected = [
    'directory-mode',
    'generation-without-job',
    'message-stuck',
    'log-differs',
    'search-incomplete',
    'file-orphan',
  ]
  expect(checksOf(ill).map((line) => line.split(' ')[0])).toEqual(expected)
  expect(ill.out).not.toContain('It is read.')
  const mended = await runHoldfast(place, ['doctor', '--fix', '--json'])
  expect(checksOf(mended)).toEqual(expected.map((check) => `${check} ${check === 'generation-without-job' ? 'open' : 'fixed'}`))
  const well = await runHoldfast(place, ['doctor', '--json'])
  expect([well.code, checksOf(well)]).toEqual([0, ['generation-without-job open']])
  await changeRows(place, async ({ queries }) => {
    const [message] = await queries.select().from(schema.messages).where(eq(schema.messages.id, messageId))
    expect(message?.parts).toContain('It is read.')
    const [interrupted] = await queries
      .select()
      .from(schema.messages)
      .where(eq(schema.messages.id, running[1]?.messageId ?? ''))
    expect(interrupted?.status).toBe('interrupted')
  })
  await rm(join(dataDir, 'files'), { recursive: true })
  const lost = await runHoldfast(place, ['doctor'])
  expect([lost.code, lost.out]).toEqual([
    1,
    expect.stringMatching(/1 files have no bytes in the storage: \S+\.[\s\S]*\[file-missing\]/u),
  ])
})

test('rows that were removed come back from the log', async () => {
  const place = await createRestored('rebuilt')
  const before = await readRows(place)
  await changeRows(place, async ({ queries }) => {
    await queries.update(schema.messages).set({ parts: '[]', usage: null }).where(eq(schema.messages.id, finished.messageId))
    await queries
      .update(schema.conversations)
      .set({ title: 'Something else', state: 'error' })
      .where(eq(schema.conversations.id, finished.conversationId))
  })
  const rebuilt = await runHoldfast(place, ['logs', 'rebuild', '--json'])
  expect([rebuilt.code, rebuilt.json()]).toEqual([0, { conversations: 1, messages: 2, left: 0 }])
  const after = await readRows(place)
  expect(after['messages']).toEqual(before['messages'])
  expect(after['conversations']).toEqual(before['conversations'])
})

test('what a user has is exported and imported for another one while the server runs', async () => {
  const [owner, other] = [user, await server.createUser()].map(({ token }) => tokenToUserId(token))
  const directory = await mkdtemp(join(places.path, 'export-'))
  const written = await runHoldfast(original, ['export', '--user', owner ?? '', directory, '--json'])
  expect([written.code, written.json()]).toEqual([0, { directory, conversations: 4, files: 1, missing: 0 }])
  expect(await readFile(join(directory, 'files', finished.fileId, 'file.txt'), 'utf8')).toBe(finished.fileText)
  const json = await readFile(join(directory, 'holdfast.json'), 'utf8')
  expect(JSON.parse(json)).toMatchObject({ format: 'holdfast-export', version: 1, planner: { tasks: [{ title: 'Kept' }] } })
  const imported = await runHoldfast(original, ['import', join(directory, 'holdfast.json'), '--user', other ?? '', '--json'])
  expect([imported.code, imported.json()]).toEqual([
    0,
    expect.objectContaining({ source: 'holdfast', state: 'done', conversations: 4 }),
  ])
  const again = await runHoldfast(original, ['import', join(directory, 'holdfast.json'), '--user', other ?? '', '--json'])
  expect(again.json()).toMatchObject({ state: 'done', conversations: 0, messages: 0 })
  const failing: [string[], string][] = [
    [['export', '--user', owner ?? '', directory], 'is not empty'],
    [['export', '--user', 'nobody@example.com', join(places.path, 'none')], '--user: there is no user nobody@example.com.'],
    [['import', archive, '--user', other ?? ''], 'backup.tar: '],
    [['import', join(places.path, 'none.zip'), '--user', other ?? ''], 'There is no file'],
  ]
  for (const [args, sentence] of failing) {
    const { code, err } = await runHoldfast(original, args)
    expect([code, err]).toEqual([1, expect.stringContaining(sentence)])
  }
})

test('users are listed while the server runs, without what only they know', async () => {
  const listed = await runHoldfast(original, ['users', 'list', '--guests', '--json'])
  const { users } = listed.json() as { users: { id: string }[] }
  const id = tokenToUserId(user.token)
  const expected = {
    id,
    name: 'Guest',
    email: null,
    isGuest: true,
    role: 'admin',
    status: 'active',
    createdAt: expect.any(String),
  }
  expect(users.find((one) => one.id === id)).toEqual(expected)
  expect((await runHoldfast(original, ['users', 'list'])).out).toMatch(/^0 users, \d guests\.$/mu)
})

test('a wrong command, a wrong setting and a place without a database are errors with a sentence', async () => {
  const run = async (env: Env, ...args: string[]) => {
    const { code, err } = await runHoldfast(env, args)
    return [code, err] as const
  }
  const empty = { DATA_DIR: join(places.path, 'nothing') }
  expect(await run(empty, 'bakcup', 'x')).toEqual([1, expect.stringContaining("unknown command 'bakcup'")])
  expect(await run(empty, 'backup')).toEqual([1, expect.stringContaining("missing required argument 'file'")])
  expect(await run({ PORT: 'many' }, 'doctor')).toEqual([1, 'PORT: must be a whole number\n'])
  expect(await run(empty, 'backup', join(places.path, 'x.tar'))).toEqual([
    1,
    expect.stringContaining('DATA_DIR: there is no directory'),
  ])
  expect(await run(original, 'backup', archive)).toEqual([1, expect.stringContaining('exists')])
  expect(await run(original, 'backup', join(places.path, 'no', 'x.tar'))).toEqual([
    1,
    expect.stringContaining('x.tar.partial: there is no such directory.'),
  ])
  expect(await run(original, 'move', '--to', 'mysql://a:b@c/d')).toEqual([1, '--to: must be postgres://… or pglite:DIRECTORY\n'])
  const help = await runHoldfast({}, ['restore', '--help'])
  expect([help.code, help.out]).toEqual([0, expect.stringMatching(/--verify.*--replace.*--json/su)])
})

test('a move is refused while the server runs', async () => {
  const to = adminUrl ? `pglite:${join(places.path, 'elsewhere')}` : 'postgres://nobody@127.0.0.1:1/nothing'
  const run = await runHoldfast(original, ['move', '--to', to])
  expect([run.code, run.err]).toEqual([1, expect.stringMatching(/Stop (?:it|all nodes) first/u)])
})

test.runIf(adminUrl)('a move to the embedded database and back brings every row and file, and leaves the old ones', async () => {
  const first = await createRestored('first')
  const rows = await readRows(first)
  const embedded = await createPlace('embedded', 'embedded')
  const there = await runHoldfast(first, ['move', '--to', `pglite:${embedded['DATA_DIR']}`, '--verify', '--json'])
  expect([there.code, there.err]).toEqual([0, expect.any(String)])
  expect(await readRows(embedded)).toEqual(rows)
  const second = await createPlace('second', 'postgres')
  const back = await runHoldfast(embedded, ['move', '--to', second['DATABASE_URL'] ?? '', '--verify'])
  expect([back.code, back.out]).toEqual([0, expect.stringContaining('Now set DATABASE_URL')])
  const moved = { ...second, DATA_DIR: embedded['DATA_DIR'] ?? '' }
  expect(await readRows(moved)).toEqual(rows)
  expect(await readRows(embedded)).toEqual(rows)
  expect(checksOf(await runHoldfast(moved, ['doctor', '--json']))).toEqual(['generation-without-job open'])
  const again = await runHoldfast(embedded, ['move', '--to', second['DATABASE_URL'] ?? ''])
  expect([again.code, again.err]).toEqual([1, expect.stringContaining('DATABASE_URL has a database with users in it')])
})

test.runIf(adminUrl)('files are restored into a bucket, and backed up from there', async () => {
  await using s3 = await startS3Server()
  for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value)
  const url = `s3://${s3.bucket}/some/prefix?endpoint=${encodeURIComponent(s3.endpoint)}`
  const place: Env = { ...(await createPlace('bucket')), STORAGE_URL: url }
  expect((await runHoldfast(place, ['restore', archive])).code).toBe(0)
  expect(await exists(join(place['DATA_DIR'] ?? '', 'files'))).toBe(false)
  expect(checksOf(await runHoldfast(place, ['doctor', '--json']))).toEqual(['generation-without-job open'])
  const file = join(places.path, 'bucket.tar')
  const made = await runHoldfast(place, ['backup', file, '--json'])
  expect(made.json()).toMatchObject({ files: 2, missing: [] })
  const read = (path: string) => readArchive(path, async ({ content }) => void (await content.toArray()))
  const [one, other] = await Promise.all([file, archive].map(read))
  const filesOf = (manifest: typeof one) => manifest?.entries.filter(({ name }) => name.startsWith('files/'))
  expect(filesOf(one)).toHaveLength(2)
  expect(filesOf(one)).toEqual(expect.arrayContaining(filesOf(other) ?? []))
  vi.unstubAllEnvs()
})

test.runIf(!adminUrl)('only a server of the same user is asked: its socket is closed to others', async () => {
  await using directory = await createDataDirectory()
  await using _app = await createTestApp({ env: { DATA_DIR: directory.path } })
  expect((await stat(join(directory.path, 'control.sock'))).mode & 0o077).toBe(0)
})
