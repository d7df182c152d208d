import { setTimeout as sleep } from 'node:timers/promises'
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { z } from 'zod'
import type { Logger } from '../../platform/logger.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Metrics } from '../../platform/metrics.ts'
import { LeaseLostError } from '../store/lease-lost-error.ts'

interface Running<Data> {
  readonly job: JobWithMetadata<Data>
  readonly abort: AbortController
  done: Promise<void>
}

/** A job that the bus has not told of, or that was given back, waits for the next look. */
export const pollSeconds = 1
const heartbeatMs = 3_000
const failurePauseMs = 1_000
const handOverTimeoutMs = 5_000

/** pg-boss returns the ids whose claim still holds; its types leave this out. */
const touchedSchema = z.object({ settled: z.array(z.string()) })

/**
 * The worker of one queue on this node. It fetches as many jobs as it has free places, in one statement, when the bus tells it of one and
 * each second; it sends the heartbeat of all running jobs in one statement; each job is completed by itself.
 *
 * Why not `boss.work`: a pg-boss worker fetches a batch and waits for all of it before it fetches again. With one large batch, a
 * question waits for the slowest answer of the batch before it (answers take minutes). With batches of one, `localConcurrency` has to be
 * the node's capacity: that many polling loops, each notification makes all of them fetch, and each sends its own heartbeat. The hand-over
 * on shutdown, which gives running jobs to other nodes within seconds, would remain our own code in both cases.
 */
export interface Dispatcher {
  readonly wake: () => void
  /** Jobs that run here now. */
  readonly running: () => number
  /** Stops fetching, aborts the running jobs, waits until they have written what they have, and gives them back. Resolves to their number. */
  readonly handOver: () => Promise<number>
}

export interface DispatcherInput<Data> {
  readonly boss: PgBoss
  readonly queue: string
  readonly capacity: number
  /** Jobs of one group that run at the same time, on all nodes together. Without it there is no limit. */
  readonly perGroup?: number
  /** How often it looks for jobs that the bus does not tell of, in seconds. */
  readonly everySeconds?: number
  readonly logger: Logger
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'jobDelay' | 'jobs'>
  /** Must resolve whatever becomes of the work. `signal`: the claim is lost, or the node stops. `readyAt`: since when it could have run. */
  readonly handle: (data: Data, signal: AbortSignal, readyAt: Date) => Promise<void>
}

export function createDispatcher<Data extends object>(input: DispatcherInput<Data>): Dispatcher {
  const { boss, queue, logger, metrics } = input
  const share = input.perGroup === undefined ? {} : { groupConcurrency: input.perGroup }
  const running = new Map<string, Running<Data>>()
  let busy = false
  let again = false
  let stopped = false
  /** Whether the last fetch may have left ready jobs behind: then the end of one that runs here makes room for another. */
  let mayBeLeft = true

  function isAnyGroupFull(): boolean {
    const { perGroup } = input
    if (perGroup === undefined) return false
    const groups = Map.groupBy(running.values(), ({ job }) => job.groupId)
    return Array.from(groups).some(([group, jobs]) => group && jobs.length >= perGroup)
  }

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
        mayBeLeft = true
        if (stopped || free <= 0) return
        // pg-boss writes the number into the statement: of few different ones the database keeps the plan.
        const batchSize = 2 ** Math.floor(Math.log2(free))
        const jobs = await boss.fetch<Data>(queue, { batchSize, includeMetadata: true, ...share })
        // Jobs that were fetched while the node stopped are given back untouched.
        if (stopped && jobs.length > 0) await boss.fail(queue, jobs, { reason: 'shutdown' })
        else for (const job of jobs) start(job)
        mayBeLeft = jobs.length >= batchSize || isAnyGroupFull()
        if ((jobs.length === 0 || !mayBeLeft) && !again) return
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
    const count = (outcome: string) => metrics.jobs.inc({ queue, outcome })
    entry.done = run(entry)
      .then(
        () => count(abort.signal.aborted ? 'left' : 'done'),
        (error: unknown) => {
          count('failed')
          logger.error({ event: 'job-failed', jobId: job.id, err: error }, 'a job failed')
        },
      )
      .finally(() => {
        if (running.get(job.id) === entry) running.delete(job.id)
        if (mayBeLeft) wake()
      })
  }

  async function run({ job, abort }: Running<Data>) {
    // After a hand-over or a failure it was ready again from then on.
    const readyAt = new Date(Math.max(job.createdOn.getTime(), job.startAfter.getTime()))
    metrics.jobDelay.observe({ queue }, Math.max(0, input.clock.now().getTime() - readyAt.getTime()) / 1_000)
    try {
      await input.handle(job.data, abort.signal, readyAt)
    } catch (error) {
      if (abort.signal.aborted) return
      // A job that is given back is fetched again immediately: without a pause it would fail in a tight loop.
      await sleep(failurePauseMs)
      await boss.fail(queue, job, { message: error instanceof Error ? error.name : 'failed' })
      throw error
    }
    if (!abort.signal.aborted) await boss.complete(queue, job)
  }

  async function sendHeartbeat() {
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
          entry.abort.abort(new LeaseLostError('the job belongs to another node'))
        }
      }
    } catch (error) {
      logger.warn({ event: 'beat-failed', err: error }, 'the heartbeat of jobs failed')
    }
  }

  function wake() {
    void fetchUntilEmpty()
  }

  const timers = [
    setInterval(wake, (input.everySeconds ?? pollSeconds) * 1_000),
    setInterval(() => void sendHeartbeat(), heartbeatMs),
  ]
  wake()

  return {
    wake,
    running: () => running.size,
    handOver: async () => {
      stopped = true
      for (const timer of timers) clearInterval(timer)
      const held = [...running.values()]
      for (const entry of held) entry.abort.abort(new LeaseLostError('the node stops'))
      await Promise.race([
        Promise.allSettled(held.map((entry) => entry.done)),
        sleep(handOverTimeoutMs, undefined, { ref: false }),
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
