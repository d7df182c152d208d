import type { ConversationEvent, EventRecord, Id } from '@holdfast/shared'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { conversationTopic, type LogNotice } from '../log/topics.ts'
import type { Logger } from '../logger.ts'
import { appendBatches, renewLeases, wasWritten, type Batch } from './append-batches.ts'
import { pushMerged } from './merge-deltas.ts'

/** The right to write for a generation was lost: it ended, was deleted, or another worker has it. Nothing more may be written. */
export class FencedError extends Error {
  override readonly name = 'FencedError'
}

/** Writes one generation's events, together with those of all others on this node. */
export interface Writer extends Disposable {
  readonly generationId: Id
  readonly fence: number
  /** Buffers events for the next flush. Deltas of one part are merged. */
  readonly append: (...events: readonly ConversationEvent[]) => void
  /** Resolves when everything appended so far is committed. @throws FencedError */
  readonly flush: () => Promise<void>
  /** Resolves when the buffer has room: a slow database slows the provider's stream, nothing is dropped. @throws FencedError */
  readonly room: () => Promise<void>
  /** Resolves as `flush`; the writer is closed after that, and its lease is renewed no more. @throws FencedError */
  readonly finish: () => Promise<void>
}

export interface Committer {
  readonly open: (input: {
    generationId: Id
    conversationId: Id
    fence: number
    written: number
    /** Somebody asked to cancel; learnt with a flush or a heartbeat. May be called more than once. */
    onCancel: () => void
    onFenced: (error: FencedError) => void
  }) => Writer
  readonly close: () => Promise<void>
}

interface OpenWriter {
  readonly generationId: Id
  readonly conversationId: Id
  readonly fence: number
  readonly onCancel: () => void
  readonly onFenced: (error: FencedError) => void
  written: number
  pending: ConversationEvent[]
  pendingSize: number
  inFlight: boolean
  fenced: FencedError | null
  closed: boolean
  lastRenewal: number
  waiting: (() => void)[]
}

const shortestIntervalMs = 5
const longestIntervalMs = 40
const renewalIntervalMs = 3_000
const maxBatches = 256
const maxPendingSize = 1024 * 1024
const maxEventsPerBatch = 512
/** UTF-16 units of text in one row of the log. */
const maxBatchSize = 64 * 1024
const retryDelaysMs = [50, 100, 250, 500, 1_000, 2_000]

/**
 * The node's group commit: one statement at a time for all generations, the next gathers while one is in flight. Costs 1–3 ms however
 * many generations there are. Events are published after their commit, never before.
 */
export function createCommitter(deps: { database: Database; bus: Bus; clock: Clock; logger: Logger }): Committer {
  const writers = new Map<Id, OpenWriter>()
  let timer: NodeJS.Timeout | undefined
  let flushing: Promise<void> | null = null
  let lastStart = 0
  let lastDuration = 0
  let stopped = false

  function schedule(urgent: boolean) {
    if (flushing || stopped || (timer && !urgent)) return
    clearTimeout(timer)
    const interval = Math.min(Math.max(lastDuration * 2, shortestIntervalMs), longestIntervalMs)
    const wait = urgent ? 0 : Math.max(0, lastStart + interval - performance.now())
    timer = setTimeout(start, wait)
  }

  function start() {
    timer = undefined
    flushing = flushAll()
      .catch((error: unknown) => {
        // Only when the node is closing: what is not on disk was shown to nobody.
        deps.logger.error({ event: 'append-abandoned', err: error }, 'gave up appending to the log')
        for (const writer of writers.values()) fence(writer)
      })
      .finally(() => {
        flushing = null
        if ([...writers.values()].some((writer) => writer.pending.length > 0)) schedule(false)
      })
  }

  async function flushAll() {
    const ready = [...writers.values()].filter((writer) => writer.pending.length > 0).slice(0, maxBatches)
    if (ready.length === 0) return
    lastStart = performance.now()
    const work = ready.map((writer) => {
      const events = takeBatch(writer)
      writer.inFlight = true
      // To the end of the line: with more generations than fit into one statement, all get their turn.
      writers.delete(writer.generationId)
      writers.set(writer.generationId, writer)
      return { writer, events, batch: toBatch(writer, events) }
    })
    const appended = await appendUntilKnown(work.map(({ batch }) => batch))
    lastDuration = performance.now() - lastStart
    for (const { writer, events, batch } of work) {
      writer.inFlight = false
      const outcome = appended.get(batch.generationId)
      if (!outcome) {
        fence(writer)
        continue
      }
      writer.written += events.length
      writer.lastRenewal = performance.now()
      if (outcome === 'written') publish(writer.conversationId, { lastSeq: null })
      else {
        const { fromSeq, at } = outcome
        const records: EventRecord[] = events.map((event, index) => ({ seq: fromSeq + index, at, event }))
        publish(writer.conversationId, { lastSeq: fromSeq + events.length - 1, records })
        if (outcome.cancel) writer.onCancel()
      }
      wake(writer)
    }
  }

  /** Tries until the database has answered. 'written': it is in the log, but the answer with its numbers was lost. */
  async function appendUntilKnown(batches: readonly Batch[]) {
    const outcomes = new Map<Id, { fromSeq: number; at: string; cancel: boolean } | 'written'>()
    for (let tries = 0; ; tries += 1) {
      try {
        const appended = await appendBatches(deps.database.queries, batches, deps.clock.now())
        for (const row of appended) outcomes.set(row.generationId, row)
        const doubtful = tries === 0 ? [] : batches.filter(({ generationId }) => !outcomes.has(generationId))
        for (const batch of doubtful) {
          if (await wasWritten(deps.database.queries, batch)) outcomes.set(batch.generationId, 'written')
        }
        return outcomes
      } catch (error) {
        deps.logger.warn({ event: 'append-failed', tries: tries + 1, err: error }, 'appending to the log failed, trying again')
        if (stopped) throw error
        await new Promise((resolve) => {
          setTimeout(resolve, retryDelaysMs[Math.min(tries, retryDelaysMs.length - 1)])
        })
      }
    }
  }

  function publish(conversationId: Id, notice: LogNotice) {
    deps.bus.publish(conversationTopic(conversationId), notice)
  }

  function fence(writer: OpenWriter) {
    if (writer.fenced || writer.closed) return
    writer.fenced = new FencedError(`generation ${writer.generationId} belongs to another worker, or has ended`)
    writer.pending = []
    writers.delete(writer.generationId)
    writer.onFenced(writer.fenced)
    wake(writer)
  }

  function wake(writer: OpenWriter) {
    for (const resolve of writer.waiting.splice(0)) resolve()
  }

  async function waitUntil(writer: OpenWriter, done: () => boolean) {
    while (!writer.fenced && !done()) {
      schedule(true)
      await new Promise<void>((resolve) => {
        writer.waiting.push(resolve)
      })
    }
    if (writer.fenced) throw writer.fenced
  }

  async function renew() {
    const now = performance.now()
    const idle = [...writers.values()].filter((writer) => !writer.inFlight && now - writer.lastRenewal >= renewalIntervalMs)
    const owned = new Map(
      (await renewLeases(deps.database.queries, idle)).map(({ generationId, cancel }) => [generationId, cancel]),
    )
    for (const writer of idle) {
      // One that wrote or closed in the meantime has been answered by that.
      if (writer.inFlight || writer.closed || writer.lastRenewal > now) continue
      const cancel = owned.get(writer.generationId)
      if (cancel === undefined) fence(writer)
      else {
        writer.lastRenewal = performance.now()
        if (cancel) writer.onCancel()
      }
    }
  }

  const renewal = setInterval(() => {
    renew().catch((error: unknown) => deps.logger.warn({ event: 'renewal-failed', err: error }, 'renewing leases failed'))
  }, renewalIntervalMs / 3).unref()

  return {
    open: (input) => {
      const writer: OpenWriter = {
        ...input,
        pending: [],
        pendingSize: 0,
        inFlight: false,
        fenced: null,
        closed: false,
        lastRenewal: performance.now(),
        waiting: [],
      }
      writers.set(input.generationId, writer)
      let first = true
      const close = () => {
        writer.closed = true
        if (writers.get(input.generationId) === writer) writers.delete(input.generationId)
      }
      const flush = () => waitUntil(writer, () => writer.pending.length === 0 && !writer.inFlight)
      return {
        generationId: input.generationId,
        fence: input.fence,
        append: (...events) => {
          if (writer.fenced || writer.closed) return
          for (const event of events) {
            pushMerged(writer.pending, event)
            writer.pendingSize += eventToSize(event)
          }
          // Nobody waits for a tick to see the first word.
          schedule(first)
          first = false
        },
        flush,
        room: async () => {
          if (writer.pendingSize < maxPendingSize && !writer.fenced) return
          await waitUntil(writer, () => writer.pendingSize < maxPendingSize)
        },
        finish: async () => {
          await flush()
          close()
        },
        [Symbol.dispose]: close,
      }
    },
    close: async () => {
      clearTimeout(timer)
      clearInterval(renewal)
      stopped = true
      if (flushing) await flushing
    },
  }
}

/** The next events of a writer: at least one, and no more than a reader can be sent at once. */
function takeBatch(writer: OpenWriter): ConversationEvent[] {
  let count = 0
  let size = 0
  for (const event of writer.pending) {
    const next = size + eventToSize(event)
    if (count > 0 && (count === maxEventsPerBatch || next > maxBatchSize)) break
    count += 1
    size = next
  }
  writer.pendingSize -= size
  return writer.pending.splice(0, count)
}

function eventToSize(event: ConversationEvent): number {
  return 'text' in event ? event.text.length : 100
}

function toBatch(writer: OpenWriter, events: readonly ConversationEvent[]): Batch {
  const { generationId, fence, written } = writer
  return { generationId, fence, after: written, n: events.length, payload: JSON.stringify(events) }
}
