import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { startProduct } from './parts/product.ts'
import { readCpuMs } from './parts/read-cpu.ts'
import { isShort, report } from './parts/report.ts'
import { streamAnswers } from './parts/stream-answers.ts'

/**
 * Write-ahead log, transactions and processor time of an answer on Postgres: the unit costs that simulate-users.mjs takes. Beside it the
 * log that rewriting a message's row at each of the same tokens would cost.
 */
await using product = await startProduct('postgres')
const { sql, servers } = product
const [server] = servers
if (!sql || !server) throw new Error('this point needs Postgres')

/** A thousand of them are an answer of 32 KB. */
const tokenBytes = 32

const readWal = async () =>
  Number((await sql<{ bytes: string }[]>`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bytes`)[0]?.bytes)
const readCommits = async () => {
  // What a session has counted is visible to others after a moment.
  await sql`select pg_stat_force_next_flush()`
  const [row] = await sql<{ n: string }[]>`select xact_commit as n from pg_stat_database where datname = current_database()`
  return Number(row?.n)
}
const readSize = async () => Number((await sql<{ n: string }[]>`select pg_database_size(current_database()) as n`)[0]?.n)

/** What a server does that has nothing to do, in a second: it looks for jobs and at its queue. */
async function measureIdle(): Promise<{ wal: number; commits: number; cpu: number }> {
  const seconds = isShort ? 5 : 20
  const before = { wal: await readWal(), commits: await readCommits(), cpu: readCpuMs(server?.pid ?? 0) }
  await sleep(seconds * 1_000)
  return {
    wal: ((await readWal()) - before.wal) / seconds,
    commits: ((await readCommits()) - before.commits) / seconds,
    cpu: (readCpuMs(server?.pid ?? 0) - before.cpu) / seconds,
  }
}

async function measure(tokens: number, answers: number) {
  const startedAt = performance.now()
  const before = { wal: await readWal(), commits: await readCommits(), size: await readSize(), cpu: readCpuMs(server?.pid ?? 0) }
  await streamAnswers(product, { answers, readers: 1, perSecond: 50, seconds: tokens / 50, bytes: tokenBytes })
  await sleep(3_000)
  const seconds = (performance.now() - startedAt) / 1_000
  return {
    wal: ((await readWal()) - before.wal - seconds * idle.wal) / answers,
    commits: ((await readCommits()) - before.commits - seconds * idle.commits) / answers,
    bytes: ((await readSize()) - before.size) / answers,
    cpu: (readCpuMs(server?.pid ?? 0) - before.cpu - seconds * idle.cpu) / answers,
  }
}

const many = isShort ? 5 : 20
const idle = { wal: 0, commits: 0, cpu: 0 }
await measure(50, 2)
Object.assign(idle, await measureIdle())
await sql`checkpoint`
const short = await measure(50, many)
const long = await measure(isShort ? 250 : 1_000, many)
const moreTokens = (isShort ? 250 : 1_000) - 50

/** The alternative: the message's row is written again with all its text at every token. */
async function measureRewriting(tokens: number): Promise<number> {
  await sql?.unsafe('create table if not exists rewritten (id int primary key, content text)')
  await sql?.unsafe("insert into rewritten values (1, '') on conflict do nothing")
  await sql?.unsafe('checkpoint')
  const before = await readWal()
  let text = ''
  for (let index = 0; index < tokens; index += 1) {
    // Random, so that what is stored of it is as long as it is.
    text += randomBytes(tokenBytes / 2).toString('hex')
    await sql?.unsafe('update rewritten set content = $1 where id = 1', [text])
  }
  return (await readWal()) - before
}
const rewriting = await measureRewriting(50 + moreTokens)
const perToken = (pick: 'wal' | 'commits' | 'cpu' | 'bytes') => Math.max(0, (long[pick] - short[pick]) / moreTokens)
const withoutTokens = (pick: 'wal' | 'commits' | 'cpu') => Math.max(0, short[pick] - 50 * perToken(pick))
report('wal', [
  {
    name: 'rewriting the row ÷ our log of the same tokens',
    value: rewriting / (perToken('wal') * (50 + moreTokens)),
    unit: '×',
    atLeast: 20,
  },
  { name: 'write-ahead log of an answer without its tokens', value: withoutTokens('wal') / 1_024, unit: 'kB' },
  { name: 'write-ahead log of a token', value: perToken('wal'), unit: 'bytes' },
  { name: 'transactions of an answer without its tokens', value: withoutTokens('commits'), unit: '' },
  { name: 'transactions of a token, 20 answers side by side', value: perToken('commits'), unit: '' },
  { name: 'processor time of an answer without its tokens', value: withoutTokens('cpu'), unit: 'ms' },
  { name: 'processor time of a token', value: perToken('cpu') * 1_000, unit: 'µs' },
  { name: 'database after an answer of 50 tokens', value: short.bytes / 1_024, unit: 'kB' },
  { name: 'database after a token', value: perToken('bytes'), unit: 'bytes' },
])
process.exit()
