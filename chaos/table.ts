import type { Violation } from './reader.ts'

/** What one run of any kind adds to its row. */
export interface RunResult {
  readonly row: string
  readonly seed: number
  readonly answers: number
  readonly stuck: number
  readonly withoutClick: number
  readonly violations: readonly Violation[]
  readonly secondsToGoOn: readonly number[]
  /** The run itself failed: the oracle was not asked. */
  readonly broken?: string
}

export interface Row {
  readonly fault: string
  readonly runs: number
  readonly answers: number
  /** Runs in which something was missing, was there twice, or was what it never should be. */
  readonly lost: number
  readonly doubled: number
  readonly wrong: number
  readonly stuck: number
  readonly broken: number
  readonly withoutClickPercent: number
  readonly goOnSeconds: { readonly p50: number | null; readonly p95: number | null }
  readonly failedSeeds: readonly number[]
}

export function toRows(results: readonly RunResult[]): Row[] {
  return [...Map.groupBy(results, ({ row }) => row)].map(([fault, own]) => {
    const sum = (pick: (result: RunResult) => number) => own.reduce((total, result) => total + pick(result), 0)
    const having = (kind: Violation['kind']) =>
      own.filter(({ violations }) => violations.some((violation) => violation.kind === kind)).length
    const answers = sum((result) => result.answers)
    const seconds = own.flatMap(({ secondsToGoOn }) => secondsToGoOn)
    return {
      fault,
      runs: own.length,
      answers,
      lost: having('lost'),
      doubled: having('doubled'),
      wrong: having('wrong'),
      stuck: sum(({ stuck }) => stuck),
      broken: own.filter(({ broken }) => broken !== undefined).length,
      withoutClickPercent: answers === 0 ? 0 : (100 * sum(({ withoutClick }) => withoutClick)) / answers,
      goOnSeconds: { p50: percentile(seconds, 0.5), p95: percentile(seconds, 0.95) },
      failedSeeds: own.filter(isFailed).map(({ seed }) => seed),
    }
  })
}

export function isFailed({ violations, stuck, broken }: RunResult): boolean {
  return violations.length > 0 || stuck > 0 || broken !== undefined
}

export function rowsToTable(rows: readonly Row[]): string {
  const lines = rows.map(({ fault, runs, answers, lost, doubled, wrong, stuck, withoutClickPercent, goOnSeconds }) => {
    const cells = [fault, runs, answers, lost, doubled, wrong, stuck, `${Math.floor(withoutClickPercent)} %`]
    return `| ${[...cells, toSeconds(goOnSeconds.p50), toSeconds(goOnSeconds.p95)].join(' | ')} |`
  })
  return [
    '| fault | runs | answers | lost | doubled | wrong | stuck | completed without a click | s to go on, p50 | p95 |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...lines,
  ].join('\n')
}

const toSeconds = (value: number | null) => (value === null ? '–' : value.toFixed(1))

function percentile(samples: readonly number[], share: number): number | null {
  const sorted = samples.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? null
}
