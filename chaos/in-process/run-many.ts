import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { RunResult } from '../table.ts'
import { runInProcess } from './run.ts'
import { openWorld } from './world.ts'

/** A world is left after so many runs: its database and its memory grow with each. */
const runsPerWorld = 400
const atOnce = 6

interface Part {
  readonly first: number
  readonly count: number
  readonly onResult: (result: RunResult) => void
  readonly signal?: AbortSignal
}

/** Runs the seeds from `first` on in this process, several at a time. */
export async function runManyInProcess({ first, count, onResult, signal }: Part): Promise<void> {
  for (let from = first; from < first + count && !signal?.aborted; from += runsPerWorld) {
    await using world = await openWorld(from)
    const end = Math.min(from + runsPerWorld, first + count)
    let next = from
    const work = async () => {
      while (next < end && !signal?.aborted) {
        const seed = next
        next += 1
        onResult(await runOne(world, seed))
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    for (const what of world.model.wrongPrefixes)
      onResult({
        ...nothing,
        seed: from,
        violations: [{ kind: 'wrong', what: `the model was shown a text that it never said: ${what}` }],
      })
  }
}

const nothing = { row: 'in one process', answers: 0, stuck: 0, withoutClick: 0, violations: [], secondsToGoOn: [] }

async function runOne(world: Awaited<ReturnType<typeof openWorld>>, seed: number): Promise<RunResult> {
  try {
    const { secondsToGoOn, answers, stuck, withoutClick, violations } = await runInProcess(world, seed)
    return { row: nothing.row, seed, answers, stuck, withoutClick, violations, secondsToGoOn }
  } catch (error) {
    return { ...nothing, seed, broken: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

/** The same in as many processes as there are cores. */
export async function runManyInWorkers({ first, count, onResult, signal }: Part): Promise<void> {
  const workers = Math.min(availableParallelism(), Math.max(1, count))
  const share = Math.ceil(count / workers)
  const program = fileURLToPath(new URL('worker.ts', import.meta.url))
  await Promise.all(
    Array.from({ length: workers }, async (_, index) => {
      const from = first + index * share
      const own = Math.min(share, first + count - from)
      if (own <= 0) return
      const child = fork(program, [String(from), String(own)], { execArgv: ['--disable-warning=ExperimentalWarning'] })
      child.on('message', (result) => onResult(result as RunResult))
      const stop = () => child.kill('SIGKILL')
      signal?.addEventListener('abort', stop, { once: true })
      const [code] = (await once(child, 'exit')) as [number | null]
      if (code !== 0 && !signal?.aborted) throw new Error(`the process of the seeds from ${from} ended with ${code}`)
    }),
  )
}
