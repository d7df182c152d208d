/** One row of the table: a figure, what it must not exceed, and how it was taken. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: 'ms' | 'MB' | '×' | 's' | 'µs'
  readonly limit: number
  readonly method: string
}

/** The value below which the given share of the samples lies (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? Number.NaN
}

/** How long each of `times` runs took, in milliseconds, one after the other, after a few that do not count. */
export async function timeEach(times: number, run: (index: number) => Promise<unknown>): Promise<number[]> {
  const warmUp = Math.min(20, times)
  const samples: number[] = []
  for (let index = -warmUp; index < times; index += 1) {
    const started = performance.now()
    await run(index)
    if (index >= 0) samples.push(performance.now() - started)
  }
  return samples
}
