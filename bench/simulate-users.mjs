import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

/**
 * A day of many users, second by second: when questions arrive, how long answers are, how many run side by side, and what that costs in
 * commits, bytes and nodes. The unit costs are those that `npm run bench -- wal` has measured; without it, those of a small machine.
 *
 * node bench/simulate-users.mjs [--users 1000000] [--seed 1] [--json FILE]
 */
const { values } = parseArgs({
  options: { users: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' }, json: { type: 'string' } },
})
const users = Number(values.users)

/** Who comes, and what they ask. Each number is an assumption that you know better for your people. */
const people = {
  /** Of all users, those who come on a day. */
  activeShare: 0.2,
  /** Questions of such a person: log-normal, most ask few. */
  questionsMedian: 5,
  questionsSigma: 0.9,
  /** Tokens of an answer: log-normal; the mean is about 490. */
  tokensMedian: 300,
  tokensSigma: 1,
  longestAnswer: 16_000,
  tokensPerSecond: 60,
  /** Time until the first token. */
  waitSeconds: 1.5,
  readersPerAnswer: 1.3,
  /** Questions in the busiest hour ÷ those in the mean hour. */
  dayPeak: 2.2,
  /** A link goes round: so many times a day, for so long, so many times the questions. */
  bursts: { perDay: 4, seconds: 120, factor: 3 },
  keepLogDays: 30,
}

const costs = readCosts()
/** What one node or one database is planned for: half of what it can do. */
const plan = {
  nodeCoreShare: 0.5,
  /** A node commits for all of its answers together, at most so often. */
  flushesPerSecond: 1_000 / 25,
  /** Commits a second that a Postgres with its own disk of 1 ms per fsync does side by side, and the log that it writes, by half. */
  databaseCommitsPerSecond: 2_500,
  databaseWalBytesPerSecond: 50 * 1024 ** 2,
}

const random = createRandom(Number(values.seed))
const daySeconds = 86_400
const questionsMean = people.questionsMedian * Math.exp(people.questionsSigma ** 2 / 2)
const questionsPerDay = users * people.activeShare * questionsMean
const weights = toWeights()
const totalWeight = weights.reduce((sum, weight) => sum + weight, 0)

const arrivals = new Uint32Array(daySeconds)
/** Answers that begin in a second minus those that end in it. */
const changes = new Int32Array(daySeconds + Math.ceil(people.longestAnswer / people.tokensPerSecond) + 10)
const tokensOfSecond = new Float64Array(changes.length)
let answers = 0
let tokens = 0
for (let second = 0; second < daySeconds; second += 1) {
  const count = poisson((questionsPerDay * weights[second]) / totalWeight)
  arrivals[second] = count
  for (let index = 0; index < count; index += 1) {
    const length = Math.min(
      people.longestAnswer,
      Math.max(1, Math.round(people.tokensMedian * Math.exp(people.tokensSigma * normal()))),
    )
    const start = second + Math.round(people.waitSeconds)
    const duration = Math.max(1, Math.ceil(length / people.tokensPerSecond))
    changes[second] += 1
    changes[start + duration] -= 1
    for (let step = 0; step < duration; step += 1)
      tokensOfSecond[start + step] += Math.min(people.tokensPerSecond, length - step * people.tokensPerSecond)
    answers += 1
    tokens += length
  }
}

const concurrent = new Int32Array(daySeconds)
let running = 0
for (let second = 0; second < daySeconds; second += 1) {
  running += changes[second]
  concurrent[second] = running
}

const cpuMsOfSecond = Float64Array.from(
  arrivals,
  (count, second) =>
    count * costs.cpuMsPerAnswer + (tokensOfSecond[second] * costs.cpuUsPerToken * (0.5 + 0.5 * people.readersPerAnswer)) / 1_000,
)
const nodes = Math.max(2, Math.ceil(highest(cpuMsOfSecond, 0.9999) / 1_000 / plan.nodeCoreShare))
const commitsOfSecond = Float64Array.from(
  arrivals,
  (count, second) => count * costs.commitsPerAnswer + Math.min(tokensOfSecond[second], nodes * plan.flushesPerSecond),
)
const walOfSecond = Float64Array.from(
  arrivals,
  (count, second) => count * costs.walBytesPerAnswer + tokensOfSecond[second] * costs.walBytesPerToken,
)
const bytesPerDay = answers * costs.bytesPerAnswer + tokens * costs.bytesPerTokenKept
const logBytes = tokens * costs.bytesPerTokenLogged * people.keepLogDays
const databases = Math.ceil(
  Math.max(
    highest(commitsOfSecond, 0.9999) / plan.databaseCommitsPerSecond,
    highest(walOfSecond, 0.9999) / plan.databaseWalBytesPerSecond,
    1,
  ),
)

const result = {
  users,
  seed: Number(values.seed),
  people,
  costs,
  plan,
  day: {
    answers,
    tokens,
    questionsPerSecond: summary(arrivals),
    answersSideBySide: summary(concurrent),
    tokensPerSecond: summary(tokensOfSecond.subarray(0, daySeconds)),
    commitsPerSecond: summary(commitsOfSecond),
    walBytesPerSecond: summary(walOfSecond),
    walBytes: walOfSecond.reduce((sum, value) => sum + value, 0),
    bytesPerDay,
    logBytes,
  },
  nodes,
  databases,
}
print(result)
const file = values.json ?? new URL('results/simulate-users.json', import.meta.url)
if (values.json === undefined) mkdirSync(new URL('results/', import.meta.url), { recursive: true })
writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)

/** Night, morning, noon, evening; and a few bursts. */
function toWeights() {
  const curve = Float64Array.from({ length: daySeconds }, (_, second) => {
    const wave = (1 - Math.cos((2 * Math.PI * (second - 4 * 3_600)) / daySeconds)) / 2
    return 0.15 + wave ** 1.5
  })
  const mean = curve.reduce((sum, value) => sum + value, 0) / daySeconds
  const peak = Math.max(...Array.from({ length: 24 }, (_, hour) => curve[hour * 3_600]))
  // Bends the curve until its peak is as high as is asked for.
  const power = Math.log(people.dayPeak) / Math.log(peak / mean)
  const bent = curve.map((value) => (value / mean) ** power)
  for (let burst = 0; burst < people.bursts.perDay; burst += 1) {
    const from = Math.floor(random() * (daySeconds - people.bursts.seconds))
    for (let second = from; second < from + people.bursts.seconds; second += 1) bent[second] *= people.bursts.factor
  }
  return bent
}

function readCosts() {
  const measured = new URL('results/wal.json', import.meta.url)
  const known = {
    source: 'a two-core machine that other programs used, too (2026-11-29)',
    commitsPerAnswer: 5,
    walBytesPerAnswer: 21_000,
    walBytesPerToken: 1_350,
    cpuMsPerAnswer: 109,
    cpuUsPerToken: 320,
    bytesPerAnswer: 12_000,
    bytesPerTokenLogged: 660,
    /** Of a token for ever: its text, twice with the search index. */
    bytesPerTokenKept: 12,
  }
  if (!existsSync(measured)) return known
  const { lines, machine } = JSON.parse(readFileSync(measured, 'utf8'))
  const find = (name) => lines.find((line) => line.name.startsWith(name))?.value
  return {
    ...known,
    source: `bench/results/wal.json: ${machine.processor}, ${machine.cores} cores`,
    commitsPerAnswer: find('transactions of an answer') ?? known.commitsPerAnswer,
    walBytesPerAnswer: (find('write-ahead log of an answer') ?? known.walBytesPerAnswer / 1_024) * 1_024,
    walBytesPerToken: find('write-ahead log of a token') ?? known.walBytesPerToken,
    cpuMsPerAnswer: find('processor time of an answer') ?? known.cpuMsPerAnswer,
    cpuUsPerToken: find('processor time of a token') ?? known.cpuUsPerToken,
    bytesPerTokenLogged: find('database after a token') ?? known.bytesPerTokenLogged,
  }
}

function summary(samples) {
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length
  return { mean, p99: highest(samples, 0.99), most: highest(samples, 1) }
}

function highest(samples, share) {
  const sorted = Float64Array.from(samples).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(share * (sorted.length - 1)))]
}

function print({ day, nodes: nodesNeeded, databases: databasesNeeded }) {
  const rows = [
    ['answers a day', count(day.answers)],
    ['tokens a day', count(day.tokens)],
    ['questions a second: mean, p99, most', three(day.questionsPerSecond)],
    ['answers side by side: mean, p99, most', three(day.answersSideBySide)],
    ['commits a second: mean, p99, most', three(day.commitsPerSecond)],
    ['write-ahead log a second: mean, p99, most', three(day.walBytesPerSecond, bytes)],
    ['write-ahead log a day', bytes(day.walBytes)],
    ['kept a day: text, rows, search index', bytes(day.bytesPerDay)],
    [`log kept for ${people.keepLogDays} days`, bytes(day.logBytes)],
    ['nodes of one core each, half used at the peak', count(nodesNeeded)],
    ['databases', count(databasesNeeded)],
  ]
  process.stdout.write(`${count(users)} users, unit costs of ${costs.source}\n\n| figure | value |\n| --- | ---: |\n`)
  for (const [name, value] of rows) process.stdout.write(`| ${name} | ${value} |\n`)
}

function three({ mean, p99, most }, format = count) {
  return [mean, p99, most].map(format).join(', ')
}

function count(value) {
  return Math.round(value).toLocaleString('en-US')
}

function bytes(value) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const index = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)))
  return `${(value / 1_000 ** index).toFixed(1)} ${units[index]}`
}

/** mulberry32: the same numbers for the same seed. */
function createRandom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Box and Muller. */
function normal() {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Knuth's for small means, a normal one for large. */
function poisson(mean) {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
  const limit = Math.exp(-mean)
  let product = random()
  let n = 0
  while (product > limit) {
    product *= random()
    n += 1
  }
  return n
}
