import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { applyMigrations, migrationNumbers, schema } from '@holdfast/drizzle'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openSource } from '../src/backup/data-source.ts'
import { readArchive } from '../src/backup/read-archive.ts'
import { openDatabase } from '../src/cli/open-database.ts'
import { exists } from '../src/platform/exists.ts'
import { executeRows } from '../src/platform/database/database.ts'
import { openPgliteCopy } from '../src/platform/database/open-pglite.ts'
import { connectForOneClient, openPostgres } from '../src/platform/database/open-postgres.ts'
import { newestMigration, readMigration } from '../src/platform/database/read-migration.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { createPostgresDatabase } from '../testing/create-postgres-database.ts'
import { bundledProgram } from '../testing/bundled-program.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { runHoldfast } from './run-holdfast.ts'
import { createSeededRandom } from './seeded-random.ts'

/** 40 times on Postgres, ten times at each kind of work, and a few on the embedded database; `npm run test:kills` kills 40 times on both. */
const killsOfEach = Math.ceil(Number(process.env['HOLDFAST_KILLS'] ?? (process.env['TEST_POSTGRES_URL'] ? 40 : 4)) / 4)
/**
 * A restore into an embedded database makes all of its files, which takes seconds: `npm test` kills those on Postgres alone, and tries
 * every step of the swap of directories without a database (`directory-swap.test.ts`).
 */
const killsMany = process.env['HOLDFAST_KILLS'] !== undefined || process.env['TEST_POSTGRES_URL']
const random = createSeededRandom(Number(process.env['HOLDFAST_SEED'] ?? 1))
const adminUrl = process.env['TEST_POSTGRES_URL']
const program = await bundledProgram(fileURLToPath(new URL('crashing-holdfast.ts', import.meta.url)))
const secret = 'a secret that is only used in tests, 32+ characters'

type Env = Record<string, string>

let places: AsyncDisposable & { readonly path: string }
/** A stopped server with users, conversations and files. */
let source: Env
let archive: string

async function createPlace(name: string, kind: 'embedded' | 'postgres' = adminUrl ? 'postgres' : 'embedded'): Promise<Env> {
  const env = { DATA_DIR: join(places.path, `${name}-${randomUUID().slice(0, 8)}`), BETTER_AUTH_SECRET: secret }
  return kind === 'postgres' ? { ...env, DATABASE_URL: await createPostgresDatabase(adminUrl ?? '') } : env
}

function toPlace(env: Env) {
  return {
    databaseUrl: env['DATABASE_URL'] ?? null,
    dataDir: env['DATA_DIR'] ?? '',
    storage: { kind: 'disk' as const, directory: null },
  }
}

/** What is in the tables, in short; null: there is no database, or an empty one. */
async function fingerprint(env: Env): Promise<string | null> {
  if (env['DATABASE_URL'] === undefined && !(await exists(join(env['DATA_DIR'] ?? '', 'pglite')))) return null
  await using opened = await openSource(toPlace(env))
  return opened.readAtOneMoment(async (queries) => {
    if ((await readMigration(queries)) === 0) return null
    const hash = createHash('sha256')
    for (const table of ['users', 'conversations', 'files', 'drafts']) {
      const rows = await executeRows<{ row: string }>(
        queries,
        sql`select t::text as row from ${sql.identifier(table)} t order by 1`,
      )
      hash.update(JSON.stringify([table, rows]))
    }
    return hash.digest('hex')
  })
}

/** Runs the program until it kills itself. False: it had come to its end before. */
async function crash(env: Env, at: number, ...args: string[]): Promise<boolean> {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...env, CRASH_STEP: String(at) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let printed = ''
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  if (signal === null) expect([code, printed]).toEqual([0, expect.any(String)])
  else expect(signal).toBe('SIGKILL')
  return signal !== null
}

/** Runs a command to its end in this process. Gives the number of its steps. */
async function run(env: Env, ...args: string[]): Promise<number> {
  let steps = 0
  const { code, err } = await runHoldfast(env, args, () => (steps += 1))
  expect([code, err]).toEqual([0, expect.any(String)])
  return steps
}

const someSteps = (steps: number) => Array.from({ length: killsOfEach }, () => Math.floor(random() * steps))

beforeAll(async () => {
  places = await createTemporaryDirectory()
  source = await createPlace('source', 'embedded')
  await using directory = await createDataDirectory()
  await cp(directory.path, source['DATA_DIR'] ?? '', { recursive: true })
  await using database = await openDatabase(toPlace(source))
  const now = new Date()
  const userIds = Array.from({ length: 3 }, () => randomUUID())
  const { users, conversations, files, drafts } = schema
  await database.queries
    .insert(users)
    .values(userIds.map((id, index) => ({ id, name: `User ${index}`, email: `${index}@example.com` })))
  for (const userId of userIds) {
    const about = { userId, lastEventAt: now, createdAt: now, updatedAt: now }
    await database.queries
      .insert(conversations)
      .values(Array.from({ length: 20 }, (_, n) => ({ ...about, id: randomUUID(), title: `Title ${n}` })))
    await database.queries.insert(drafts).values({ userId, content: 'A draft.', updatedAt: now })
    for (let n = 0; n < 4; n += 1) {
      const content = `${userId} ${n}`
      const sha256 = createHash('sha256').update(content).digest('hex')
      const folder = join(source['DATA_DIR'] ?? '', 'files', sha256.slice(0, 2), sha256)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeFile(join(folder, 'original'), content)
      const bytes = content.length
      const row = {
        id: randomUUID(),
        userId,
        name: 'file.txt',
        mediaType: 'text/plain',
        bytes,
        uploadBytes: bytes,
        sha256,
        state: 'ready' as const,
      }
      await database.queries.insert(files).values({ ...row, createdAt: now, updatedAt: now })
    }
  }
  archive = join(places.path, 'archive.tar')
})
afterAll(() => places[Symbol.asyncDispose]())

test('a backup that is killed has no name, and the next one continues it: its result is whole', async () => {
  const steps = await run(source, 'backup', archive)
  const again = join(places.path, 'again.tar')
  const read = (path: string) => readArchive(path, async ({ content }) => void (await content.toArray()))
  const { rows } = await read(archive)
  for (const at of someSteps(steps)) {
    await crash(source, at, 'backup', again)
    // The last step comes after the file has got its name.
    if (!(await exists(again))) continue
    expect(await read(again), `step ${at} of ${steps}`).toMatchObject({ rows, files: 12 })
    await rm(again)
  }
  await run(source, 'backup', again)
  expect(await read(again)).toMatchObject({ rows, files: 12 })
})

test.runIf(killsMany)('a restore that is killed leaves the old database or the new one', async () => {
  const fresh = await fingerprint(source)
  const place = await createPlace('target')
  if (adminUrl) await run(place, 'restore', archive)
  else await cp(source['DATA_DIR'] ?? '', place['DATA_DIR'] ?? '', { recursive: true })
  const makeOld = async () => {
    await using database = await openDatabase(toPlace(place))
    await database.queries.update(schema.users).set({ name: `Old ${randomUUID()}` })
  }
  await makeOld()
  const steps = await run(place, 'restore', archive, '--replace')
  expect(await fingerprint(place)).toBe(fresh)
  await makeOld()
  let old = await fingerprint(place)
  // The last step, at which the new one of an embedded database has taken its place, is one of them.
  for (const at of [...someSteps(steps), steps - 1]) {
    await crash(place, at, 'restore', archive, '--replace')
    const now = await fingerprint(place)
    expect(at === steps - 1 && !adminUrl ? [fresh] : [old, fresh], `step ${at} of ${steps}`).toContain(now)
    if (now !== fresh) continue
    await makeOld()
    old = await fingerprint(place)
  }
  if (adminUrl) await run(place, 'restore', archive, '--replace')
})

test.runIf(killsMany)('a move that is killed has moved everything or nothing, and the old database stays whole', async () => {
  const whole = await fingerprint(source)
  const address = (env: Env) => env['DATABASE_URL'] ?? `pglite:${env['DATA_DIR']}`
  // On Postgres the files stay where they are.
  const toEnv = (env: Env): Env => (env['DATABASE_URL'] === undefined ? env : { ...env, DATA_DIR: source['DATA_DIR'] ?? '' })
  const first = await createPlace('moved')
  const steps = await run(source, 'move', '--to', address(first))
  expect(await fingerprint(toEnv(first))).toBe(whole)
  const place = await createPlace('moved')
  for (const at of someSteps(steps)) {
    await crash(source, at, 'move', '--to', address(place))
    const now = await fingerprint(toEnv(place))
    expect([null, whole], `step ${at} of ${steps}`).toContain(now)
    if (now === whole) Object.assign(place, await createPlace('moved'))
  }
  await run(source, 'move', '--to', address(place))
  expect(await fingerprint(toEnv(place))).toBe(whole)
  expect(await fingerprint(source)).toBe(whole)
  expect((await runHoldfast(toEnv(place), ['doctor', '--json'])).json()).toMatchObject({ findings: [] })
})

const olderIndex = 6

test.runIf(!adminUrl)(
  'a migration that is killed leaves the old schema with its rows, and the next start brings it to the newest',
  async () => {
    const place = await createPlace('older', 'embedded')
    const path = join(place['DATA_DIR'] ?? '', 'pglite')
    await mkdir(place['DATA_DIR'] ?? '', { mode: 0o700 })
    const older = migrationNumbers[olderIndex] ?? 0
    const database = await openPgliteCopy(path)
    await database.queries.transaction(async (tx) => {
      await applyMigrations(tx, 0, older)
      await tx.execute(sql`insert into users (id, name, email) values (${randomUUID()}, 'Ada', 'ada@example.com')`)
    })
    await database.close()
    const look = async () => {
      const opened = await openPgliteCopy(path)
      try {
        return {
          migration: await readMigration(opened.queries),
          users: await executeRows(opened.queries, sql`select name from users`),
        }
      } finally {
        await opened.close()
      }
    }
    const users = [{ name: 'Ada' }]
    // There are about thirty statements from there to the newest.
    for (const at of someSteps(30)) {
      const wasKilled = await crash(place, at, 'upgrade')
      const { migration, ...rest } = await look()
      expect(rest, `statement ${at}`).toEqual({ users })
      expect([older, newestMigration]).toContain(migration)
      if (!wasKilled) expect(migration).toBe(newestMigration)
    }
    expect(await crash(place, 1_000_000, 'upgrade')).toBe(false)
    expect(await look()).toEqual({ migration: newestMigration, users })
  },
)

test.runIf(adminUrl)(
  'a migration of Postgres that is killed leaves the old schema, and the next start brings it to the newest',
  async () => {
    const place = await createPlace('older', 'postgres')
    const url = place['DATABASE_URL'] ?? ''
    const [older = 0] = migrationNumbers
    const client = connectForOneClient(url)
    const watcher = connectForOneClient(url)
    try {
      await client.queries.transaction((tx) => applyMigrations(tx, 0, older))
      await client.queries.transaction(async (tx) => {
        // The next migration refers to this table, and so stands still in the middle.
        await tx.execute(sql`lock table users in access exclusive mode`)
        const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, 'upgrade'], {
          env: { ...process.env, ...place, CRASH_STEP: '-1' },
          stdio: 'ignore',
        })
        const ended = once(child, 'close')
        await vi.waitFor(
          async () =>
            expect(
              await executeRows(watcher.queries, sql`select 1 as n from pg_locks where not granted and locktype = 'relation'`),
            ).toEqual([{ n: 1 }]),
          60_000,
        )
        child.kill('SIGKILL')
        await ended
      })
      await vi.waitFor(
        async () => expect(await executeRows(watcher.queries, sql`select 1 as n from pg_locks where not granted`)).toEqual([]),
        60_000,
      )
      expect(await readMigration(watcher.queries)).toBe(older)
      const database = await openPostgres(url)
      expect(await readMigration(database.queries)).toBe(newestMigration)
      await database.close()
    } finally {
      await client.close()
      await watcher.close()
    }
  },
)
