import type { Id } from '@holdfast/shared'
import { withCrossTabLock } from '../../lib/cross-tab-lock.ts'
import { createValueStore, type ReadableStore } from '../../lib/value-store.ts'
import { backoffMs } from '../transport/backoff.ts'
import type { ConnectionStore } from '../transport/connection.ts'
import { errorToFailure, hasCause } from '../transport/failure.ts'
import { GuestRefusedError } from '../transport/token-source.ts'
import type { CommandStorage, StoredCommand } from './command-storage.ts'

export interface CommandQueueOptions<Command> {
  readonly storage: CommandStorage<Command>
  /** The user whose commands are sent. */
  readonly owner: ReadableStore<string>
  /** Sends a command. The server does it once, however often it is sent. */
  readonly send: (command: Command) => Promise<unknown>
  /** False for a command that only a person can release. */
  readonly isReady: (command: Command) => boolean
  /** Whether a command has to wait for another one: defines the scopes within which order is kept. */
  readonly isBehind: (stored: StoredCommand<Command>, other: StoredCommand<Command>) => boolean
  /** The server has it. The next one in its scope waits for the returned promise. */
  readonly onDelivered: (stored: StoredCommand<Command>) => void | Promise<void>
  /** The server refused it. Gives what is kept instead, or null for nothing. */
  readonly onRefused: (stored: StoredCommand<Command>, error: unknown) => Command | null
  /** A command that was added here was delivered by another tab, or refused there. */
  readonly onDeliveredElsewhere?: (id: Id) => void
  readonly connection: ConnectionStore
  readonly now?: () => number
}

export interface QueuedCommand<Command> extends StoredCommand<Command>, Progress {
  /** False: the browser keeps nothing, so closing the page loses the command. */
  readonly isKept: boolean
}

interface Progress {
  /** `sending`: on its way for the first time, or waits for another one. `unsent`: the server was not reached, it is tried again. */
  readonly state: 'sending' | 'unsent'
  /** When it is tried again, in milliseconds since the epoch; null: as soon as it can. */
  readonly retryAt: number | null
  /** It is sent when someone signs in. */
  readonly needsSignIn: boolean
}

const untried: Progress & { readonly attempts: number } = { state: 'sending', retryAt: null, needsSignIn: false, attempts: 0 }

/**
 * Delivers commands that are kept on the device.
 *
 * - A command is written to the device before it is sent, and removed after the server has answered: closing the page loses nothing.
 * - It is sent with the same content until the server answers. The server recognises a repeated command, so none is done twice.
 * - Commands of one scope are sent in their order, one after the other; scopes do not wait for each other.
 * - All tabs of a user share the queue. A lock lets one of them send a command; the others then find it gone.
 * - An unreachable server, a busy one and an ended session mean waiting, with exponential backoff. A live connection ends the wait.
 */
export class CommandQueue<Command> {
  readonly #options: CommandQueueOptions<Command>
  readonly #now: () => number
  readonly #queued = createValueStore<readonly QueuedCommand<Command>[]>([])
  readonly #progress = new Map<Id, Progress & { readonly attempts: number }>()
  /** Being sent from this tab, or waiting for the lock. */
  readonly #inFlight = new Map<Id, StoredCommand<Command>>()
  /** Added in this tab and not settled. */
  readonly #added = new Set<Id>()
  readonly #unsubscribe: readonly (() => void)[]
  #timer: ReturnType<typeof setTimeout> | undefined
  #isPaused = false
  #wasLive = false

  constructor(options: CommandQueueOptions<Command>) {
    this.#options = options
    this.#now = options.now ?? Date.now
    const { storage, owner, connection } = options
    const pump = () => this.#pump()
    this.#unsubscribe = [storage.watch(pump), owner.subscribe(pump), connection.subscribe(() => this.#onConnection())]
    pump()
  }

  /** The waiting commands, oldest first. */
  get queued(): ReadableStore<readonly QueuedCommand<Command>[]> {
    return this.#queued
  }

  add(id: Id, command: Command): void {
    this.#added.add(id)
    this.change({ put: [{ id, command }] })
  }

  /** Replaces and removes commands in one step. Replaced ones are tried without waiting. */
  change(changes: { readonly put?: readonly StoredCommand<Command>[]; readonly remove?: readonly Id[] }): void {
    const { storage, owner } = this.#options
    for (const { id, command } of changes.put ?? []) {
      storage.put(owner.get(), id, command)
      this.#progress.delete(id)
    }
    for (const id of changes.remove ?? []) {
      storage.remove(owner.get(), id)
      this.#progress.delete(id)
      this.#added.delete(id)
    }
    if (this.#isPaused) this.#publish()
    else this.#pump()
  }

  /** A command may have become ready. */
  look(): void {
    this.#pump()
  }

  /** Sends nothing more. A request that is under way may still arrive. */
  pause(): void {
    this.#isPaused = true
    this.#added.clear()
    clearTimeout(this.#timer)
  }

  resume(): void {
    this.#isPaused = false
    this.#pump()
  }

  close(): void {
    this.pause()
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
  }

  #publish(): void {
    const { storage, owner } = this.#options
    this.#queued.set(
      storage.list(owner.get()).map((stored) => {
        const { state, retryAt, needsSignIn } = this.#progress.get(stored.id) ?? untried
        return { ...stored, state, retryAt, needsSignIn, isKept: storage.isKept(owner.get(), stored.id) }
      }),
    )
  }

  /** Sends what can be sent, and comes back when the next retry is due. */
  #pump(): void {
    if (this.#isPaused) return
    this.#publish()
    this.#settleElsewhere()
    clearTimeout(this.#timer)
    const queued = this.#queued.get()
    // One that has just arrived is still in flight while its effects are shown.
    const others = [...queued, ...this.#inFlight.values()]
    let nextAt = Number.POSITIVE_INFINITY
    for (const item of queued) {
      if (this.#inFlight.has(item.id) || !this.#options.isReady(item.command)) continue
      if (others.some((other) => other.id !== item.id && this.#options.isBehind(item, other))) continue
      if (item.retryAt !== null && item.retryAt > this.#now()) nextAt = Math.min(nextAt, item.retryAt)
      else void this.#deliver({ id: item.id, command: item.command })
    }
    if (Number.isFinite(nextAt)) this.#timer = setTimeout(() => this.#pump(), nextAt - this.#now())
  }

  async #deliver(stored: StoredCommand<Command>): Promise<void> {
    const { storage, owner, send, onDelivered } = this.#options
    const { id, command } = stored
    // The user may change during the request, or become known.
    const startedBy = owner.get()
    const owners = () => [startedBy, owner.get()]
    this.#inFlight.set(id, stored)
    try {
      await withCrossTabLock(`holdfast-${storage.name}-${id}`, async () => {
        if (this.#isPaused || !owners().some((each) => storage.has(each, id))) return
        await send(command)
        for (const each of owners()) storage.remove(each, id)
        this.#progress.delete(id)
        this.#added.delete(id)
        await onDelivered(stored)
      })
    } catch (error) {
      const holder = owners().find((each) => storage.has(each, id))
      this.#onError(holder ?? null, stored, error)
    } finally {
      this.#inFlight.delete(id)
    }
    this.#pump()
  }

  /** @param holder under whom it is kept; null when it was removed meanwhile */
  #onError(holder: string | null, stored: StoredCommand<Command>, error: unknown): void {
    // The next page sends it again.
    if (this.#isPaused) return
    const { storage, onRefused } = this.#options
    const { kind, retryAfterMs } = errorToFailure(error)
    if (kind === 'refused') {
      this.#progress.delete(stored.id)
      this.#added.delete(stored.id)
      const kept = onRefused(stored, error)
      if (holder === null) return
      if (kept === null) storage.remove(holder, stored.id)
      else storage.put(holder, stored.id, kept)
      return
    }
    const attempts = (this.#progress.get(stored.id)?.attempts ?? 0) + 1
    this.#progress.set(stored.id, {
      state: 'unsent',
      attempts,
      needsSignIn: kind === 'signed-out' && !hasCause(error, (cause) => cause instanceof GuestRefusedError),
      retryAt: this.#now() + (kind === 'busy' ? retryAfterMs : 0) + backoffMs(attempts + 1),
    })
  }

  #settleElsewhere(): void {
    const waiting = new Set(this.#queued.get().map(({ id }) => id))
    for (const id of this.#added) {
      if (waiting.has(id) || this.#inFlight.has(id)) continue
      this.#added.delete(id)
      this.#options.onDeliveredElsewhere?.(id)
    }
  }

  #onConnection(): void {
    const isLive = this.#options.connection.get().status === 'live'
    if (isLive && !this.#wasLive) {
      for (const [id, progress] of this.#progress) this.#progress.set(id, { ...progress, retryAt: null })
      this.#pump()
    }
    this.#wasLive = isLive
  }
}
