import { parseArgs } from 'node:util'

export interface ChaosOptions {
  readonly seed: number
  /** Real faults, and runs in one process. */
  readonly runs: number
  readonly inProcess: number
  /** Only faults whose name contains it. */
  readonly fault: string | null
  /** The whole takes about so long at most. */
  readonly minutes: number
  readonly json: string | null
}

export const usage = `npm run chaos -- [options]
  --seed N        the first seed (1); each run has the next one
  --runs N        real faults under load (1000; 0: none)
  --in-process N  runs of two nodes in one process (10000; 0: none; none with --fault)
  --fault NAME    only faults whose name contains NAME
  --minutes M     stop after M minutes (no limit)
  --json FILE     where the results go (chaos/results/chaos.json)`

/** @throws an error with a sentence about the option that is wrong */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      runs: { type: 'string', default: '1000' },
      'in-process': { type: 'string' },
      fault: { type: 'string' },
      minutes: { type: 'string' },
      json: { type: 'string' },
    },
  })
  const number = (name: string, text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new Error(`--${name} takes a number, not "${text}".`)
    return value
  }
  return {
    seed: number('seed', values.seed),
    runs: number('runs', values.runs),
    inProcess: number('in-process', values['in-process'] ?? (values.fault === undefined ? '10000' : '0')),
    fault: values.fault ?? null,
    minutes: values.minutes === undefined ? Infinity : number('minutes', values.minutes),
    json: values.json ?? null,
  }
}
