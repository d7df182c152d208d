import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openCluster, type Cluster } from './cluster.ts'
import { allFaults } from './faults/all-faults.ts'
import { runManyInWorkers } from './in-process/run-many.ts'
import { readOptions, usage, type ChaosOptions } from './options.ts'
import { heal, runReal } from './real-run.ts'
import { isFailed, rowsToTable, toRows, type RunResult } from './table.ts'

const inProcessRow = 'in one process'
const options = parse()
const results: RunResult[] = []
const notes: string[] = []
const startedAt = performance.now()
/** The runs in one process get a third of the time. */
const endOfAll = AbortSignal.timeout(Math.min(options.minutes * 60_000, 2_147_483_647))
const endOfInProcess = AbortSignal.timeout(Math.min((options.minutes * 60_000) / 3, 2_147_483_647))

await runManyInWorkers({ first: options.seed, count: options.inProcess, onResult: take, signal: endOfInProcess })
if (options.runs > 0) await runRealFaults()

const rows = toRows(results)
const machine = {
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 1024 ** 3),
  node: process.version,
  system: `${process.platform} ${process.arch}`,
}
const minutes = (performance.now() - startedAt) / 60_000
console.log(
  `\n${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, Node ${machine.node}, ${minutes.toFixed(1)} minutes`,
)
for (const note of notes) console.log(note)
console.log(`\n${rowsToTable(rows)}\n`)
const file = options.json ?? fileURLToPath(new URL('results/chaos.json', import.meta.url))
mkdirSync(dirname(file), { recursive: true })
const failures = results.filter(isFailed)
writeFileSync(file, `${JSON.stringify({ machine, minutes, options, notes, rows, failures }, null, 2)}\n`)
for (const failure of failures) console.log(`${describe(failure)}\n  again: ${toCommand(failure)}`)
const total = results.length
console.log(`${total - failures.length} passed, ${failures.length} failed`)
process.exit(failures.length === 0 && total > 0 ? 0 : 1)

function parse(): ChaosOptions {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exit(2)
  }
}

function take(result: RunResult): void {
  results.push(result)
  if (isFailed(result)) console.log(`✗ ${describe(result)}\n  again: ${toCommand(result)}`)
  else if (result.row !== inProcessRow || results.length % 100 === 0)
    console.log(`✓ ${results.length}: ${result.row}, seed ${result.seed}`)
}

async function runRealFaults(): Promise<void> {
  const { fault: wanted } = options
  const faults = allFaults.filter(({ name }) => wanted === null || name.includes(wanted))
  if (faults.length === 0)
    throw new Error(`--fault: no fault has "${wanted}" in its name. There are: ${allFaults.map(({ name }) => name).join(', ')}`)
  await using stack = new AsyncDisposableStack()
  const cluster: Cluster = stack.use(await openCluster(options.seed))
  notes.push(...cluster.notes)
  const possible = faults.filter((fault) => {
    const missing = fault.missing?.(cluster) ?? null
    if (missing !== null) notes.push(`${fault.name}: left out, ${missing}`)
    return missing === null
  })
  for (let index = 0; index < options.runs && !endOfAll.aborted && possible.length > 0; index += 1) {
    const fault = possible[index % possible.length]
    const seed = options.seed + index
    if (!fault) continue
    try {
      const result = await runReal(cluster, fault, seed)
      if (result === null) notes.push(`${fault.name}, seed ${seed}: left out, no node came to that place`)
      else take({ row: fault.name, ...result })
    } catch (error) {
      const broken = error instanceof Error ? (error.stack ?? error.message) : String(error)
      take({ row: fault.name, seed, answers: 0, stuck: 0, withoutClick: 0, violations: [], secondsToGoOn: [], broken })
      await heal(cluster)
    }
  }
  for (const what of cluster.model.wrongPrefixes) notes.push(`the model was shown a text that it never said: ${what}`)
}

function describe({ row, seed, stuck, violations, broken }: RunResult): string {
  const found = violations.map(({ kind, what }) => `${kind}: ${what}`)
  return [`${row}, seed ${seed}`, ...(stuck > 0 ? [`${stuck} stuck`] : []), ...found, ...(broken ? [broken] : [])].join('\n  ')
}

function toCommand({ row, seed }: RunResult): string {
  if (row === inProcessRow) return `npm run chaos -- --seed ${seed} --in-process 1 --runs 0`
  return `npm run chaos -- --fault "${row}" --seed ${seed} --runs 1`
}
