import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTestUser, type ConnectOptions, type TestUser } from '../server/testing/create-test-app.ts'
import { createPostgresDatabase } from '../server/testing/create-postgres-database.ts'
import { completion, createScriptedProvider } from '../server/testing/scripted-provider/index.ts'
import { startServerProcess, type ServerProcess } from '../server/testing/server-process.ts'
import { connectForOneClient } from '../server/src/platform/database/open-postgres.ts'
import type { Queries } from '../server/src/platform/database/database.ts'
import { findFreePort, openSql, startPostgres, type RealPostgres } from '../server/test/postgres/start-postgres.ts'
import { createSeededRandom } from '../server/test/seeded-random.ts'
import { createChaosModel, type ChaosModel } from './model.ts'
import { hasProgram, hasSetting } from './programs.ts'
import { openPostgresProxy, type PostgresProxy } from './wire/postgres-proxy.ts'
import { openTcpProxy, type TcpProxy } from './wire/tcp-proxy.ts'

export interface ChaosNode {
  readonly name: string
  readonly postgres: PostgresProxy
  /** Null: it is down. */
  process: ServerProcess | null
  hasWrongClock: boolean
  /** Starts it, or starts it again; with a clock that is wrong by so many milliseconds. Resolves when it is ready. */
  readonly start: (clockOffsetMs?: number) => Promise<void>
}

/** Everything that a fault may trouble. All of it is started by this program and gone with it. */
export interface Cluster extends AsyncDisposable {
  /** What clients connect to. */
  readonly url: string
  readonly nodes: readonly ChaosNode[]
  readonly postgres: RealPostgres
  readonly clientLine: TcpProxy
  readonly providerLine: TcpProxy
  /** Null where there is no Redis, or the server has no setting for it. */
  readonly busLine: TcpProxy | null
  readonly model: ChaosModel
  /** The database without proxies, for the oracle and for faults. */
  readonly queries: Queries
  readonly sql: ReturnType<typeof openSql>
  /** A path on a small disk that holds the database; null: that takes root and a tmpfs. */
  readonly smallDisk: string | null
  readonly users: readonly TestUser[]
  /** What is there, and what is not and why. */
  readonly notes: readonly string[]
}

const nodeMain = fileURLToPath(new URL('node-main.ts', import.meta.url))
const secret = 'a secret that is only used in chaos, 32+ characters'
/** As often as the page does, so that a half-open socket is found out. */
const clientOptions: ConnectOptions = { keepAlive: { intervalMs: 5_000, pongTimeoutMs: 5_000 } }
const smallDiskMb = 400

export async function openCluster(seed: number): Promise<Cluster> {
  await using stack = new AsyncDisposableStack()
  const notes: string[] = []
  const random = createSeededRandom(seed)
  const model = createChaosModel(random)
  const provider = stack.use(await createScriptedProvider())
  provider.script(model.answer)
  provider.scriptCompletion(completion('A title'))
  const providerLine = stack.use(await openTcpProxy(() => [Number(new URL(provider.baseUrl).port)]))

  const smallDisk = await mountSmallDisk(stack, notes)
  const postgres = stack.use(
    await startPostgres({
      ...(smallDisk === null ? {} : { parentDir: smallDisk }),
      // As it is run where a power failure must lose nothing; and few connections, so that they can be used up.
      settings: ['fsync=on', 'max_connections=90', ...(smallDisk === null ? [] : ['max_wal_size=64MB', 'min_wal_size=32MB'])],
    }),
  )
  const databaseUrl = await createPostgresDatabase(postgres.url)
  const busLine = await startRedis(stack, notes)

  const env = {
    BETTER_AUTH_SECRET: secret,
    OPENAI_BASE_URL: `http://127.0.0.1:${providerLine.port}/v1`,
    OPENAI_MODEL: 'scripted-1',
    ...(busLine === null ? {} : { REDIS_URL: `redis://127.0.0.1:${busLine.port}` }),
    // Another provider, on a line of its own: what is asked when the first one fails.
    ...(hasSetting('MODEL_FALLBACKS')
      ? { MODEL_FALLBACKS: JSON.stringify([{ baseUrl: provider.baseUrl, apiKey: 'none', model: 'scripted-2' }]) }
      : {}),
  }
  // Where the server has roles, readers and writers are killed apart.
  const names = hasSetting('ROLE') ? ['web 1', 'web 2', 'worker 1', 'worker 2'] : ['node 1', 'node 2']
  notes.push(`nodes: ${names.join(', ')}`)
  const nodes: ChaosNode[] = []
  for (const name of names) {
    const [role = ''] = name.split(' ')
    const own = role === 'node' ? env : { ...env, ROLE: role }
    nodes.push(await createNode(stack, { name, env: own, databaseUrl, postgresPort: postgres.port }))
  }
  for (const node of nodes) await node.start()

  const web = nodes.filter(({ name }) => !name.startsWith('worker'))
  const nginxPort = await startNginx(
    stack,
    notes,
    web.map((node) => ports.get(node) ?? 0),
  )
  const clientLine = stack.use(
    await openTcpProxy(() =>
      nginxPort === null ? web.filter(({ process }) => process !== null).map((node) => ports.get(node) ?? 0) : [nginxPort],
    ),
  )
  const url = `http://127.0.0.1:${clientLine.port}`
  const oracle = connectForOneClient(databaseUrl)
  stack.defer(() => oracle.close())
  const sql = openSql(databaseUrl)
  stack.defer(() => sql.end({ timeout: 5 }))
  const users: TestUser[] = []
  for (let index = 0; index < 4; index += 1) {
    const user = await createTestUser(url, clientOptions)
    stack.defer(() => user.close())
    users.push(user)
  }
  const opened = stack.move()
  return {
    url,
    nodes,
    postgres,
    clientLine,
    providerLine,
    busLine,
    model,
    queries: oracle.queries,
    sql,
    smallDisk,
    users,
    notes,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

const ports = new WeakMap<ChaosNode, number>()

/** A server that is not started yet, with a proxy of its own in front of Postgres and a port that it keeps over restarts. */
async function createNode(
  stack: AsyncDisposableStack,
  input: { name: string; env: Readonly<Record<string, string>>; databaseUrl: string; postgresPort: number },
): Promise<ChaosNode> {
  const proxy = stack.use(await openPostgresProxy(input.postgresPort))
  const ownUrl = new URL(input.databaseUrl)
  ownUrl.port = String(proxy.port)
  const port = await findFreePort()
  const env = { ...input.env, PORT: String(port), DATABASE_URL: ownUrl.href }
  const node: ChaosNode = {
    name: input.name,
    postgres: proxy,
    process: null,
    hasWrongClock: false,
    start: async (clockOffsetMs = 0) => {
      node.hasWrongClock = clockOffsetMs !== 0
      for (let tries = 1; node.process === null; tries += 1) {
        try {
          node.process = await startServerProcess({ ...env, CHAOS_CLOCK_OFFSET_MS: String(clockOffsetMs) }, nodeMain)
        } catch (error) {
          // A server that cannot reach its database says so and ends; whatever supervises it starts it again.
          if (tries >= 10) throw error
        }
      }
      const { process } = node
      void process.exited.then(() => {
        if (node.process === process) node.process = null
      })
    },
  }
  stack.defer(async () => node.process?.[Symbol.asyncDispose]())
  ports.set(node, port)
  return node
}

/** A tmpfs of a few hundred megabytes for the database, so that its disk can be filled. */
async function mountSmallDisk(stack: AsyncDisposableStack, notes: string[]): Promise<string | null> {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') {
    notes.push('disk full: left out, it takes root to make a small disk')
    return null
  }
  const path = await mkdtemp(join(tmpdir(), 'holdfast-chaos-disk-'))
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${smallDiskMb}m,mode=1777`, 'holdfast-chaos', path])
  if (!mounted) {
    await rm(path, { recursive: true })
    notes.push('disk full: left out, this machine lets nobody mount a tmpfs')
    return null
  }
  stack.defer(async () => {
    await run('umount', ['-l', path])
    await rm(path, { recursive: true, force: true })
  })
  return path
}

async function startRedis(stack: AsyncDisposableStack, notes: string[]): Promise<TcpProxy | null> {
  const program = ['valkey-server', 'redis-server'].find(hasProgram)
  if (!hasSetting('REDIS_URL')) notes.push('Redis: left out, this version has no REDIS_URL')
  else if (program === undefined) notes.push('Redis: left out, there is no redis-server on this machine')
  if (!hasSetting('REDIS_URL') || program === undefined) return null
  const port = await findFreePort()
  const child = spawn(program, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  })
  stack.defer(() => end(child))
  notes.push(`bus: ${program}`)
  return stack.use(await openTcpProxy(() => [port]))
}

async function startNginx(stack: AsyncDisposableStack, notes: string[], targets: readonly number[]): Promise<number | null> {
  if (!hasProgram('nginx')) {
    notes.push('nginx: left out, it is not on this machine; clients reach the nodes by the proxy of the harness')
    return null
  }
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-chaos-nginx-'))
  const port = await findFreePort()
  await writeFile(
    join(directory, 'nginx.conf'),
    `daemon off; error_log ${directory}/error.log; pid ${directory}/nginx.pid; worker_processes 1;
events { worker_connections 1024; }
http {
  access_log off; client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/f; uwsgi_temp_path ${directory}/u; scgi_temp_path ${directory}/s;
  upstream nodes { ${targets.map((target) => `server 127.0.0.1:${target} max_fails=1 fail_timeout=2s;`).join(' ')} }
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://nodes; proxy_http_version 1.1; proxy_buffering off; proxy_read_timeout 300s; proxy_connect_timeout 2s;
      proxy_next_upstream error timeout; proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
    }
  }
}
`,
  )
  const child = spawn('nginx', ['-p', directory, '-c', join(directory, 'nginx.conf')], { stdio: 'ignore' })
  stack.defer(async () => {
    await end(child)
    await rm(directory, { recursive: true, force: true })
  })
  notes.push('in front of the nodes: nginx')
  return port
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

async function run(program: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(program, args, { stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code === 0
}
