import { expect, test } from 'vitest'
import { openCluster } from './cluster.ts'
import { allFaults } from './faults/all-faults.ts'
import { runManyInProcess } from './in-process/run-many.ts'
import { runReal } from './real-run.ts'
import { isFailed, type RunResult } from './table.ts'

/** `npm run chaos` runs thousands, and every fault. */
const inProcessRuns = 60
const someFaults = ['kill -9 after append', 'Postgres: all connections terminated']

// Side by side: most of their time is waiting, for leases and for servers to start.
test.concurrent('nothing is lost, doubled or stuck on two nodes in one process, whatever fails', async () => {
  const results: RunResult[] = []
  await runManyInProcess({ first: 1, count: inProcessRuns, onResult: (result) => results.push(result) })
  expect(results.filter(isFailed)).toEqual([])
  expect(results.length).toBe(inProcessRuns)
})

test.concurrent('nothing is lost, doubled or stuck in real processes that are killed and cut off', async () => {
  await using cluster = await openCluster(1)
  for (const [index, name] of someFaults.entries()) {
    const fault = allFaults.find((each) => each.name === name)
    if (!fault) throw new Error(`there is no fault "${name}"`)
    const result = await runReal(cluster, fault, index + 1)
    expect({ name, stuck: result?.stuck, violations: result?.violations }).toEqual({ name, stuck: 0, violations: [] })
  }
})
