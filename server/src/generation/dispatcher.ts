import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { z } from 'zod'
import type { Logger } from '../logger.ts'

/** Why a running job must stop and write nothing more. */
export class ClaimLostError extends Error {
  override readonly name = 'ClaimLostError'
}

interface Running<Data> {
  readonly job: JobWithMetadata<Data>
  readonly abort: AbortController
  done: Promise<void>
}

const pollMs = 1_000
const beatMs = 3_000
const failurePauseMs = 1_000
const handOverPatienceMs = 5_000

/** pg-boss answers with the ids whose claim still held; its types leave that out. */
const touchedSchema = z.object({ settled: z.array(z.string()) })

/** One per node: fetches jobs in batches when told that there are some, beats for all of them in one statement. */
export interface Dispatcher {
  readonly wake: () => void
  /** Stops fetching, aborts what runs, waits for it to write down what it has, and gives the jobs back at once. */
  readonly handOver: () => Promise<number>
}

export interface DispatcherInput<Data> {
  readonly boss: PgBoss
  readonly queue: string
  readonly capacity: number
  readonly logger: Logger
  /** Must end normally whatever happened to the work; `signal` means that the claim is lost or the node stops. */
  readonly handle: (data: Data, signal: AbortSignal) => Promise<void>
}

export function createDispatcher<Data extends object>(input: DispatcherInput<Data>): Dispatcher {
  const { boss, queue, logger } = input
  const running = new Map<string, Running<Data>>()
  let busy = false
  let again = false
  let stopped = false

  async function fetchUntilEmpty() {
    if (busy) {
      again = true
      return
    }
    busy = true
    try {
      for (;;) {
        again = false
        const free = input.capacity - running.size
        if (stopped || free <= 0) return
        const jobs = await boss.fetch<Data>(queue, { batchSize: free, includeMetadata: true })
        // A claim that arrives after the stop goes back as it came.
        if (stopped && jobs.length > 0) await boss.fail(queue, jobs, { reason: 'shutdown' })
        else for (const job of jobs) start(job)
        if (jobs.length === 0 && !again) return
      }
    } catch (error) {
      logger.error({ event: 'dispatch-failed', err: error }, 'fetching jobs failed, trying again')
    } finally {
      busy = false
    }
  }

  function start(job: JobWithMetadata<Data>) {
    const abort = new AbortController()
    const entry: Running<Data> = { job, abort, done: Promise.resolve() }
    running.set(job.id, entry)
    entry.done = run(entry)
      .catch((error: unknown) => logger.error({ event: 'job-failed', jobId: job.id, err: error }, 'a job failed'))
      .finally(() => {
        if (running.get(job.id) === entry) running.delete(job.id)
        wake()
      })
  }

  async function run({ job, abort }: Running<Data>) {
    try {
      await input.handle(job.data, abort.signal)
    } catch (error) {
      if (abort.signal.aborted) return
      // A job that is given back comes again at once, and would come for ever without a pause.
      await new Promise((resolve) => {
        setTimeout(resolve, failurePauseMs)
      })
      await boss.fail(queue, job, { message: error instanceof Error ? error.name : 'failed' })
      throw error
    }
    if (!abort.signal.aborted) await boss.complete(queue, job)
  }

  async function beat() {
    const held = [...running.values()].filter((entry) => !entry.abort.signal.aborted)
    if (held.length === 0) return
    try {
      const answer = await boss.touch(
        queue,
        held.map((entry) => entry.job),
      )
      const kept = new Set(touchedSchema.parse(answer).settled)
      for (const entry of held) {
        if (!kept.has(entry.job.id) && running.get(entry.job.id) === entry) {
          entry.abort.abort(new ClaimLostError('the job belongs to another node'))
        }
      }
    } catch (error) {
      logger.warn({ event: 'beat-failed', err: error }, 'the heartbeat of jobs failed')
    }
  }

  function wake() {
    void fetchUntilEmpty()
  }

  const timers = [setInterval(wake, pollMs), setInterval(() => void beat(), beatMs)]
  wake()

  return {
    wake,
    handOver: async () => {
      stopped = true
      for (const timer of timers) clearInterval(timer)
      const held = [...running.values()]
      for (const entry of held) entry.abort.abort(new ClaimLostError('the node stops'))
      await Promise.race([
        Promise.allSettled(held.map((entry) => entry.done)),
        new Promise((resolve) => {
          setTimeout(resolve, handOverPatienceMs).unref()
        }),
      ])
      if (held.length > 0) {
        await boss.fail(
          queue,
          held.map((entry) => entry.job),
          { reason: 'shutdown' },
        )
      }
      return held.length
    },
  }
}
