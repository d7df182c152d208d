import { setTimeout as sleep } from 'node:timers/promises'
import type { EventRecord, Id } from '@holdfast/shared'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { conversationTopic, type LogNotice } from '../../event-log/topics.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Metrics } from '../../platform/metrics.ts'
import { appendBatches, renewLeases, wasWritten, type Appended, type Batch } from './append-batches.ts'
import { GenerationWriter, type BatchInFlight, type WriterInput } from './generation-writer.ts'

/*
 * # The group commit
 *
 * All generations that run on one node write their events through one committer. It has one statement in flight at a time, for all of
 * them together; what is appended meanwhile is gathered for the next one. The cost of a commit (1–3 ms) is therefore paid once per
 * interval, not once per token or per generation.
 *
 * ## Ownership: claim, fence, lease
 *
 * A worker claims a generation (queue/claim-generation.ts): the claim increments the row's `fence` and sets `lease_until`. The fence
 * names the claim. The lease only says when others may claim: a worker that is silent for longer than `leaseSeconds` is presumed dead.
 * Clocks decide nothing about correctness. A worker that was presumed dead and comes back still has the old fence.
 *
 * Every batch updates the generation's row `where fence = mine and written = n`. A takeover updates the same row, so the database orders
 * the two: after a takeover no event of the old worker can be committed. A batch whose update matched no row was not written; its writer
 * is fenced, drops its buffer and reports `LeaseLostError`.
 *
 * A batch also renews the lease and brings back a cancel request. Writers that have nothing to write renew in a heartbeat.
 *
 * ## Unknown outcomes
 *
 * A connection may break after the commit and before its answer. The batch is then sent again, unchanged. If the first try was
 * committed, `written` has moved on, the repeat matches nothing, and `wasWritten` tells this apart from a lost lease. The sequence
 * numbers are unknown in this case, so readers are notified without records and read the log. Retries do not end while the node runs:
 * no event is dropped, and `room()` holds the provider's stream back.
 *
 * ## Invariants
 *
 * 1. At most one statement is in flight per node, and at most one batch per generation: a batch states how many events precede it.
 * 2. Events of a generation reach the log in the order in which they were appended, each exactly once.
 * 3. Events are published on the bus after their commit, never before: no reader sees an event that a crash can take back.
 * 4. A writer's events are written under its own fence, or not at all.
 * 5. With more generations than fit into one statement, each writer that was served moves to the end of the line.
 *
 * ## Shutdown
 *
 * Workers flush before they hand a generation over (run-generation.ts), then `close` stops the timers and waits for the statement in
 * flight. A statement that fails after `close` is given up: its events were shown to no reader, and the next claim starts from the log.
 *
 *     idle ──append──▶ scheduled ──timer──▶ flushing ──done, more is pending──▶ scheduled
 *      ▲                                       └──────done, nothing is pending──▶ idle
 */

const shortestIntervalMs = 5
const longestIntervalMs = 40
const renewalIntervalMs = 3_000
const maxBatches = 256
const retryDelaysMs = [50, 100, 250, 500, 1_000, 2_000] as const
const longestRetryDelayMs = 2_000

/** Where a generation's events go: what `Committer.open` returns, without the methods that only the committer calls. */
export type Writer = Pick<GenerationWriter, 'generationId' | 'fence' | 'append' | 'flush' | 'room' | 'finish'> & Disposable

type Phase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'scheduled'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'flushing'; readonly done: Promise<void> }

/** `written`: the batch is in the log, but the answer with its sequence numbers was lost. */
type Outcome = Appended | 'written'

interface CommitterDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'addedLatency' | 'flushDuration' | 'flushEvents' | 'flushFailures'>
}

/** The group commit of this node. */
export class Committer {
  readonly #deps: CommitterDeps
  /** The open writers; the next batches are taken from the front. */
  readonly #writers = new Map<Id, GenerationWriter>()
  readonly #renewal: NodeJS.Timeout
  #phase: Phase = { kind: 'idle' }
  /** When the last statement was sent, on the clock of `performance.now()`. */
  #startedAt = 0
  /** The duration of the last statement: a slow database is queried less often. */
  #durationMs = 0
  #isStopped = false

  constructor(deps: CommitterDeps) {
    this.#deps = deps
    this.#renewal = setInterval(() => void this.#renew(), renewalIntervalMs / 3).unref()
  }

  /** Opens a writer for a generation that this node has claimed. Dispose or `finish` it. */
  open(input: WriterInput): Writer {
    const writer: GenerationWriter = new GenerationWriter(
      input,
      (urgent) => this.#schedule(urgent),
      () => {
        if (this.#writers.get(input.generationId) === writer) this.#writers.delete(input.generationId)
      },
    )
    this.#writers.set(input.generationId, writer)
    return writer
  }

  /** Stops writing. Waits for the statement in flight. */
  async close(): Promise<void> {
    clearInterval(this.#renewal)
    this.#isStopped = true
    if (this.#phase.kind === 'scheduled') clearTimeout(this.#phase.timer)
    if (this.#phase.kind === 'flushing') await this.#phase.done
  }

  /** `urgent`: without waiting for the interval. */
  #schedule(urgent: boolean): void {
    if (this.#isStopped || this.#phase.kind === 'flushing') return
    if (this.#phase.kind === 'scheduled') {
      if (!urgent) return
      clearTimeout(this.#phase.timer)
    }
    const intervalMs = Math.min(Math.max(this.#durationMs * 2, shortestIntervalMs), longestIntervalMs)
    const delayMs = urgent ? 0 : Math.max(0, this.#startedAt + intervalMs - performance.now())
    this.#phase = { kind: 'scheduled', timer: setTimeout(() => this.#start(), delayMs) }
  }

  #start(): void {
    const done = this.#flush()
      .catch((error: unknown) => {
        // Only while the node closes.
        this.#deps.logger.error({ event: 'append-abandoned', err: error }, 'gave up appending to the log')
        for (const writer of this.#writers.values()) writer.loseLease()
      })
      .finally(() => {
        this.#phase = { kind: 'idle' }
        if ([...this.#writers.values()].some((writer) => writer.hasPending)) this.#schedule(false)
      })
    this.#phase = { kind: 'flushing', done }
  }

  async #flush(): Promise<void> {
    const ready = [...this.#writers.values()].filter((writer) => writer.hasPending).slice(0, maxBatches)
    if (ready.length === 0) return
    this.#startedAt = performance.now()
    const work = ready.map((writer) => {
      // To the end of the line (invariant 5).
      this.#writers.delete(writer.generationId)
      this.#writers.set(writer.generationId, writer)
      return { writer, batch: writer.takeBatch() }
    })
    const outcomes = await this.#appendUntilKnown(work.map(({ batch }) => batch))
    this.#durationMs = performance.now() - this.#startedAt
    for (const { writer, batch } of work) {
      const outcome = outcomes.get(batch.generationId)
      if (!outcome) {
        writer.loseLease()
        continue
      }
      if (outcome === 'written') this.#publish(writer.conversationId, { lastSeq: null })
      else {
        const { fromSeq, at } = outcome
        const records: EventRecord[] = batch.events.map((event, index) => ({ seq: fromSeq + index, at, event }))
        this.#publish(writer.conversationId, { lastSeq: fromSeq + batch.n - 1, records })
      }
      writer.confirmBatch(outcome !== 'written' && outcome.cancel)
    }
    this.#measure(work.map(({ batch }) => batch))
  }

  /** After the readers were notified. */
  #measure(batches: readonly BatchInFlight[]): void {
    const { addedLatency, flushDuration, flushEvents } = this.#deps.metrics
    flushDuration.observe(this.#durationMs / 1_000)
    flushEvents.observe(batches.reduce((sum, { n }) => sum + n, 0))
    const oldest = Math.min(...batches.map(({ appendedAt }) => appendedAt))
    addedLatency.observe((performance.now() - oldest) / 1_000)
  }

  /** Tries until the database has answered. A generation without an outcome has lost its lease. @throws the last error when closed */
  async #appendUntilKnown(batches: readonly Batch[]): Promise<Map<Id, Outcome>> {
    const { database, clock, logger, metrics } = this.#deps
    const outcomes = new Map<Id, Outcome>()
    for (let tries = 0; ; tries += 1) {
      try {
        const appended = await appendBatches(database.queries, batches, clock.now())
        for (const row of appended) outcomes.set(row.generationId, row)
        const doubtful = tries === 0 ? [] : batches.filter(({ generationId }) => !outcomes.has(generationId))
        for (const batch of doubtful) {
          if (await wasWritten(database.queries, batch)) outcomes.set(batch.generationId, 'written')
        }
        return outcomes
      } catch (error) {
        metrics.flushFailures.inc()
        logger.warn({ event: 'append-failed', tries: tries + 1, err: error }, 'appending to the log failed, trying again')
        if (this.#isStopped) throw error
        await sleep(retryDelaysMs[tries] ?? longestRetryDelayMs)
      }
    }
  }

  #publish(conversationId: Id, notice: LogNotice): void {
    this.#deps.bus.publish(conversationTopic(conversationId), notice)
  }

  /** The heartbeat of writers that have written nothing for a while. Never rejects. */
  async #renew(): Promise<void> {
    const askedAt = performance.now()
    const idle = [...this.#writers.values()].filter((writer) => writer.isRenewalDue(askedAt, renewalIntervalMs))
    try {
      const held = await renewLeases(this.#deps.database.queries, idle)
      const cancelOf = new Map(held.map(({ generationId, cancel }) => [generationId, cancel]))
      for (const writer of idle) {
        const cancel = cancelOf.get(writer.generationId)
        writer.confirmRenewal(askedAt, cancel === undefined ? 'lost' : cancel ? 'cancel' : 'held')
      }
    } catch (error) {
      this.#deps.logger.warn({ event: 'renewal-failed', err: error }, 'renewing leases failed')
    }
  }
}
