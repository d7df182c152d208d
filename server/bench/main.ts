import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { createTestApp } from '../testing/create-test-app.ts'
import { openPglite } from '../src/platform/database/open-pglite.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { measureAccumulator } from './accumulator.ts'
import { measureCommands } from './command-latency.ts'
import type { Figure } from './figures.ts'
import { measureImport } from './import-archive.ts'
import { measureImportSpeed } from './import-speed.ts'
import { measurePausedReaders } from './paused-readers.ts'
import { measureSearch } from './search-latency.ts'
import { measureSecondStart } from './second-start.ts'
import { measureStreamLatency } from './stream-latency.ts'
import { measureTokenCounting } from './token-counting.ts'
import { measureUploads } from './upload.ts'

const only = process.argv[2]

async function measure(): Promise<Figure[]> {
  const figures: Figure[] = []
  // First, while nothing else runs in this process.
  if (!only || only === 'accumulator') figures.push(...(await measureAccumulator()), ...(await measureTokenCounting()))
  if (only === 'accumulator') return figures
  if (!only || only === 'commands' || only === 'search') figures.push(...(await measureInThisProcess()))
  // Each starts a server of its own: none is beside it.
  if (!only || only === 'stream') figures.push(...(await measureStreamLatency()))
  if (!only || only === 'readers') figures.push(...(await measurePausedReaders()))
  if (!only || only === 'import') figures.push(...(await measureImport()), ...(await measureImportSpeed()))
  if (!only || only === 'upload') figures.push(...(await measureUploads()))
  if (!only || only === 'start') figures.push(...(await measureSecondStart()))
  return figures
}

async function measureInThisProcess(): Promise<Figure[]> {
  await using directory = await createTemporaryDirectory()
  const database = await openPglite(directory.path)
  await using app = await createTestApp({ env: { LOG_LEVEL: 'warn' }, overrides: { database } })
  return [
    ...(only === 'search' ? [] : await measureCommands(app, database)),
    ...(only === 'commands' ? [] : await measureSearch(app, database)),
  ]
}

function toTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, limit }) => {
    const shown = value < 10 ? value.toFixed(2) : value.toFixed(1)
    return `| ${name} | ${shown} ${unit} | ≤ ${limit} ${unit} | ${value <= limit ? 'yes' : 'NO'} |`
  })
  return ['| figure | measured | goal | met |', '|---|---:|---:|---|', ...rows].join('\n')
}

const figures = await measure()
const machine = {
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 1024 ** 3),
  node: process.version,
  system: `${process.platform} ${process.arch}`,
  database: 'PGlite in the process of the server, on disk',
}
const table = toTable(figures)
console.log(
  `\n${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, Node ${machine.node}, ${machine.system}\n\n${table}\n`,
)
const folder = new URL('./results/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('bench.json', folder), `${JSON.stringify({ machine, figures }, null, 2)}\n`)
process.exitCode = figures.every(({ value, limit }) => value <= limit) ? 0 : 1
