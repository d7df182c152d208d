import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { serverFlags } from '../scripts/server-flags.mjs'
import { startPostgres } from '../server/test/postgres/start-postgres.ts'

/*
 * What a server keeps in memory and how long it takes to start, beside Node with nothing and Node with PGlite alone, in one run on one
 * machine. Linux only: the kernel counts what is resident (VmRSS) and the most that ever was (VmHWM). Without a model and without people.
 */

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const main = join(root, 'server/src/main.ts')
/** After this time without anything to do, what is resident is what stays. */
const idleMs = 8_000

const pgliteAlone = `
  import { PGlite } from '@electric-sql/pglite'
  const pglite = await PGlite.create({ dataDir: process.env.DATA_DIR + '/pglite' })
  await pglite.query('select 1')
  console.log('is ready')
  setInterval(() => {}, 1_000_000)`
const bareNode = `console.log('is ready'); setInterval(() => {}, 1_000_000)`

function readMegabytes(pid, name) {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`))
  return Math.round(Number(/\d+/u.exec(line ?? '')?.[0] ?? 0) / 1024)
}

/** Starts a program, waits until it is ready and idle, and ends it. Rejects when it ends by itself. */
async function measure(args, env) {
  const startedAt = performance.now()
  const child = spawn(process.execPath, args, {
    cwd: join(root, 'server'),
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node'),
      PORT: '0',
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await new Promise((resolve, reject) => {
      let output = ''
      child.stdout.on('data', (chunk) => {
        output += chunk
        if (output.includes('is ready')) resolve()
      })
      child.once('exit', (code) => reject(new Error(`ended with ${code}: ${output}`)))
    })
    const readyMs = Math.round(performance.now() - startedAt)
    await sleep(idleMs)
    return { readyMs, idle: readMegabytes(child.pid, 'VmRSS'), peak: readMegabytes(child.pid, 'VmHWM') }
  } finally {
    child.kill('SIGKILL')
  }
}

/** Twice, because the first start makes a database and compiles everything; the second is measured. */
async function measureSecond(args, env) {
  const first = await measure(args, env)
  return { ...(await measure(args, env)), firstPeak: first.peak, firstReadyMs: first.readyMs }
}

const withDirectory = async (work) => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-memory-'))
  try {
    return await work(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** The measurements, in megabytes and milliseconds, by name. @param names those that are wanted; all by default */
export async function measureMemory(names = ['node', 'pglite alone', 'on PGlite', 'on Postgres']) {
  const flags = process.env.BENCH_FLAGS === undefined ? serverFlags : process.env.BENCH_FLAGS.split(' ').filter(Boolean)
  const asModule = (code) => ['--input-type=module', '--eval', code]
  const cases = {
    node: () => measure(asModule(bareNode), {}),
    'pglite alone': () => withDirectory((DATA_DIR) => measureSecond(asModule(pgliteAlone), { DATA_DIR })),
    'on PGlite': () => withDirectory((DATA_DIR) => measureSecond([...flags, main], { DATA_DIR })),
    'on Postgres': async () => {
      await using postgres = await startPostgres()
      return await withDirectory((DATA_DIR) =>
        measureSecond([...flags, main], {
          DATA_DIR,
          DATABASE_URL: postgres.url,
          BETTER_AUTH_SECRET: 'only for this measurement, 32 characters',
        }),
      )
    },
  }
  const measured = {}
  for (const name of names) measured[name] = await cases[name]()
  return measured
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const measured = await measureMemory(process.argv.length > 2 ? process.argv.slice(2) : undefined)
  console.table(measured)
  const { 'pglite alone': alone, 'on PGlite': whole } = measured
  if (alone && whole) {
    const ratio = (key) => (whole[key] / alone[key]).toFixed(2)
    console.log(
      `beside PGlite alone: idle × ${ratio('idle')} (goal 1.4), peak × ${ratio('peak')} (1.1), start × ${ratio('readyMs')} (2)`,
    )
  }
}
