import type { ConversationEvent, Id } from '@holdfast/shared'
import { LeaseLostError } from '../store/lease-lost-error.ts'
import type { Batch } from './append-batches.ts'
import { pushMerged } from './merge-deltas.ts'

const maxPendingSize = 1024 * 1024
const maxEventsPerBatch = 512
/** UTF-16 units of text in one row of the log. */
const maxBatchSize = 64 * 1024
/** The size that counts towards the limits for an event without text. */
const sizeOfOtherEvents = 100

export interface WriterInput {
  readonly generationId: Id
  readonly conversationId: Id
  /** The number of the claim that this writer works for. A later claim has a higher one. */
  readonly fence: number
  /** Events that the generation has in the log already. */
  readonly written: number
  /** A cancel was requested; learnt with a flush or a heartbeat. May be called more than once. */
  readonly onCancel: () => void
  readonly onFenced: (error: LeaseLostError) => void
  /** A batch of events is in the log, after `durationMs` on its way. */
  readonly onFlush?: (flush: { readonly durationMs: number; readonly events: number }) => void
}

/** A batch that is on its way to the database. */
export interface BatchInFlight extends Batch {
  readonly events: readonly ConversationEvent[]
  /** When its first event was appended, on the clock of `performance.now()`. */
  readonly appendedAt: number
}

/**
 * The events of one generation that are not in the log yet: the buffer between the agent loop, which appends, and the committer, which
 * writes. Generation code uses `append`, `flush`, `room` and `finish`; the other methods are for the committer.
 *
 *     open ──finish, dispose──▶ closed     the lease is no longer renewed
 *       └──────loseLease──────▶ fenced     what waits to be written is dropped; every wait throws
 */
export class GenerationWriter implements Disposable {
  readonly generationId: Id
  readonly conversationId: Id
  readonly fence: number
  readonly #input: WriterInput
  readonly #requestFlush: (urgent: boolean) => void
  readonly #onClose: () => void
  #state: { readonly kind: 'open' | 'closed' } | { readonly kind: 'fenced'; readonly error: LeaseLostError } = { kind: 'open' }
  /** Appended and not yet taken into a batch. */
  #pending: ConversationEvent[] = []
  /** The size of `#pending`, measured as in `sizeOf`. */
  #pendingSize = 0
  /** When the first event of `#pending` was appended. */
  #pendingSince = 0
  /** The batch whose fate is not known yet. At most one: its successor's `after` depends on it. */
  #inFlight: BatchInFlight | null = null
  /** Events of the generation that are known to be in the log. */
  #written: number
  /**
   * When the last renewal that succeeded was asked for, on the clock of `performance.now()`. Not when its answer came: this process may
   * have been stopped in between, for longer than the lease.
   */
  #renewedAt = performance.now()
  /** When the batch in flight was taken. */
  #takenAt = 0
  /** The first event is flushed immediately: no reader waits for a tick to see the first word. */
  #isFirst = true
  /** Calls of `flush` and `room` that wait for a change. */
  #waiting: (() => void)[] = []

  constructor(input: WriterInput, requestFlush: (urgent: boolean) => void, onClose: () => void) {
    this.generationId = input.generationId
    this.conversationId = input.conversationId
    this.fence = input.fence
    this.#input = input
    this.#written = input.written
    this.#requestFlush = requestFlush
    this.#onClose = onClose
  }

  /** Buffers events for the next flush. Consecutive deltas of one part are merged. Does nothing once the writer is closed or fenced. */
  append(...events: readonly ConversationEvent[]): void {
    if (this.#state.kind !== 'open') return
    if (this.#pending.length === 0) this.#pendingSince = performance.now()
    for (const event of events) {
      pushMerged(this.#pending, event)
      this.#pendingSize += sizeOf(event)
    }
    this.#requestFlush(this.#isFirst)
    this.#isFirst = false
  }

  /** Resolves when everything appended so far is committed. @throws LeaseLostError */
  flush(): Promise<void> {
    return this.#waitUntil(() => this.#pending.length === 0 && this.#inFlight === null)
  }

  /** Resolves when the buffer has room: a slow database slows the provider's stream, nothing is dropped. @throws LeaseLostError */
  async room(): Promise<void> {
    const hasRoom = () => this.#pendingSize < maxPendingSize
    if (this.#state.kind !== 'fenced' && hasRoom()) return
    await this.#waitUntil(hasRoom)
  }

  /** Resolves as `flush` does, and closes the writer: its lease is no longer renewed. @throws LeaseLostError */
  async finish(): Promise<void> {
    await this.flush()
    this[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    if (this.#state.kind === 'open') this.#state = { kind: 'closed' }
    this.#onClose()
  }

  get hasPending(): boolean {
    return this.#pending.length > 0
  }

  /** Takes the next events: at least one, and no more than a reader can be sent in one piece. */
  takeBatch(): BatchInFlight {
    let count = 0
    let size = 0
    for (const event of this.#pending) {
      const next = size + sizeOf(event)
      if (count > 0 && (count === maxEventsPerBatch || next > maxBatchSize)) break
      count += 1
      size = next
    }
    this.#pendingSize -= size
    const events = this.#pending.splice(0, count)
    const { generationId, fence } = this
    const batch = {
      generationId,
      fence,
      after: this.#written,
      n: events.length,
      payload: JSON.stringify(events),
      events,
      appendedAt: this.#pendingSince,
    }
    this.#inFlight = batch
    this.#takenAt = performance.now()
    return batch
  }

  /** The batch in flight is in the log. */
  confirmBatch(cancel: boolean): void {
    const { n = 0 } = this.#inFlight ?? {}
    this.#written += n
    this.#input.onFlush?.({ durationMs: performance.now() - this.#takenAt, events: n })
    this.#inFlight = null
    this.#renewedAt = this.#takenAt
    if (cancel) this.#input.onCancel()
    this.#wake()
  }

  /** True when the lease has to be renewed by itself, because no batch has renewed it for `intervalMs`. */
  isRenewalDue(now: number, intervalMs: number): boolean {
    return this.#inFlight === null && now - this.#renewedAt >= intervalMs
  }

  /** The answer to a renewal that was asked for at `askedAt`. A batch or an end in the meantime is a newer answer. */
  confirmRenewal(askedAt: number, answer: 'held' | 'cancel' | 'lost'): void {
    if (this.#inFlight !== null || this.#state.kind === 'closed' || this.#renewedAt > askedAt) return
    if (answer === 'lost') return this.loseLease()
    this.#renewedAt = askedAt
    if (answer === 'cancel') this.#input.onCancel()
  }

  /** Another worker owns the generation, or it has ended. */
  loseLease(): void {
    this.#inFlight = null
    if (this.#state.kind !== 'open') return
    const error = new LeaseLostError(`generation ${this.generationId} belongs to another worker, or has ended`)
    this.#state = { kind: 'fenced', error }
    this.#pending = []
    this.#onClose()
    this.#input.onFenced(error)
    this.#wake()
  }

  async #waitUntil(isDone: () => boolean): Promise<void> {
    while (this.#state.kind !== 'fenced' && !isDone()) {
      this.#requestFlush(true)
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
    if (this.#state.kind === 'fenced') throw this.#state.error
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

function sizeOf(event: ConversationEvent): number {
  return 'text' in event ? event.text.length : sizeOfOtherEvents
}
