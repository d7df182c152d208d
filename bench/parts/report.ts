import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'

/** One line of a point: what was measured, in a unit, or as a ratio to a reference of the same run. */
export interface Line {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** A value above it misses the goal; `atLeast`: one below it. */
  readonly atMost?: number
  readonly atLeast?: number
}

const machine = {
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 1024 ** 3),
  node: process.version,
  system: `${process.platform} ${process.arch}`,
  /** Programs that wanted a core in the last minute: above the number of cores, only ratios mean something. */
  load: loadavg()[0] ?? 0,
}

export const isShort = process.argv.includes('--short')

/** Prints a point with the machine and writes bench/results/<point>.json. Sets the exit code when a goal is missed. */
export function report(point: string, lines: readonly Line[], versions: Readonly<Record<string, string>> = {}): void {
  const { processor, cores, memoryGb, node, system, load } = machine
  const about = [`${processor}, ${cores} cores, ${memoryGb} GB, Node ${node}, ${system}, load ${load.toFixed(1)}`, readCommit()]
  const isMet = ({ value, atMost, atLeast }: Line) => value <= (atMost ?? Infinity) && value >= (atLeast ?? -Infinity)
  const rows = lines.map((line) => {
    const goal = line.atMost === undefined ? (line.atLeast === undefined ? '' : `≥ ${line.atLeast}`) : `≤ ${line.atMost}`
    return `| ${line.name} | ${format(line.value)} ${line.unit} | ${goal} | ${goal === '' ? '' : isMet(line) ? 'yes' : 'NO'} |`
  })
  const table = ['| figure | measured | goal | met |', '| --- | ---: | ---: | --- |', ...rows].join('\n')
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  process.stdout.write(`\n${point}: ${[...about, ...named].join(', ')}${isShort ? ', short' : ''}\n\n${table}\n\n`)
  const folder = new URL('../results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const content = { point, isShort, machine, commit: readCommit(), versions, lines }
  writeFileSync(new URL(`${point}.json`, folder), `${JSON.stringify(content, null, 2)}\n`)
  if (!lines.every(isMet)) process.exitCode = 1
}

function readCommit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return 'no commit'
  }
}

function format(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return Math.abs(value) < 10 ? value.toFixed(2) : Math.abs(value) < 1_000 ? value.toFixed(1) : value.toFixed(0)
}

/** The value below which the given share of the samples lies (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = Float64Array.from(samples).sort()
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? Number.NaN
}

/** Milliseconds of each of `times` runs, one after the other. */
export async function timeEach(times: number, run: (index: number) => Promise<unknown>): Promise<number[]> {
  const samples: number[] = []
  for (let index = 0; index < times; index += 1) {
    const started = performance.now()
    await run(index)
    samples.push(performance.now() - started)
  }
  return samples
}
