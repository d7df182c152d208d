import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Processor time that a process has used, in milliseconds, as Linux counts it; NaN elsewhere. */
export function readCpuMs(pid: number): number {
  try {
    // The name of the program stands in brackets and may have spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /su, '')
      .split(' ')
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond()
  } catch {
    return Number.NaN
  }
}

let known: number | null = null

function ticksPerSecond(): number {
  known ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  return known
}
