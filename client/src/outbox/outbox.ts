import type { Id, SendInput } from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import { backoffMs } from '../transport/backoff.ts'
import type { ConnectionStore } from '../transport/connection.ts'
import { errorToFailure } from '../transport/failure.ts'
import { createValueStore, type ReadableStore } from '../value-store.ts'
import {
  itemToCreateInput,
  itemToSendInput,
  type OutboxCommand,
  type NewConversation,
  type OutboxItem,
  type StoredItem,
} from './outbox-item.ts'
import type { OutboxStorage } from './outbox-storage.ts'

export interface Outbox extends ReadableStore<readonly OutboxItem[]> {
  /** Keeps the message on the device, then sends it until the server has it or refuses it. */
  readonly add: (command: OutboxCommand) => OutboxItem
  /** Takes a message back. What was written behind it moves up. */
  readonly discard: (requestId: Id) => void
  /** Tries a refused message again. */
  readonly retry: (requestId: Id) => void
  /** The log shows it. */
  readonly forget: (requestId: Id) => void
  readonly close: () => void
}

export interface OutboxOptions {
  readonly storage: OutboxStorage
  /** Makes a conversation; the same input again makes no other. */
  readonly create: (input: NewConversation) => Promise<unknown>
  readonly send: (input: SendInput) => Promise<unknown>
  readonly connection: ConnectionStore
  readonly now?: () => number
}

/** How long a delivered message waits to be seen in the log before it is forgotten. */
const rememberSentMs = 60_000

type Progress = Pick<OutboxItem, 'state' | 'retryAt' | 'needsSignIn'> & { readonly attempts: number }
const untried: Progress = { state: 'sending', retryAt: null, needsSignIn: false, attempts: 0 }

/**
 * Messages on their way. Each is written to the device before the network is asked, carries the ids that it will keep, and is sent
 * with the same `requestId` until there is an answer, so that trying again can neither lose nor double it.
 */
export function createOutbox({ storage, create, send, connection, now = Date.now }: OutboxOptions): Outbox {
  const store = createValueStore<readonly OutboxItem[]>([])
  const progress = new Map<Id, Progress>()
  const sent = new Map<Id, StoredItem>()
  const sentTimers = new Set<ReturnType<typeof setTimeout>>()
  const inFlight = new Set<Id>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isClosed = false

  const publish = () => {
    const stored = storage.load().filter((item) => !sent.has(item.requestId))
    const items = [...sent.values(), ...stored].map((item) => toOutboxItem(item, progress.get(item.requestId) ?? untried))
    items.sort(byTime)
    const stuck = new Set<Id>()
    store.set(
      items.map((item) => {
        const isStuck = item.state === 'unsent' || item.state === 'failed' || stuck.has(item.parentId ?? '')
        if (isStuck) stuck.add(item.assistantMessageId)
        return isStuck && item.state === 'sending' ? { ...item, state: 'unsent' } : item
      }),
    )
  }
  const setProgress = (requestId: Id, next: Progress) => {
    progress.set(requestId, next)
    publish()
  }

  const pump = () => {
    if (isClosed) return
    publish()
    clearTimeout(timer)
    let nextAt = Number.POSITIVE_INFINITY
    for (const item of store.get()) {
      if (item.state === 'failed' || item.state === 'sent' || inFlight.has(item.requestId)) continue
      // Its parent does not exist on the server before the one in front of it has arrived.
      if (isBehindAnother(item, store.get())) continue
      if (item.retryAt !== null && item.retryAt > now()) nextAt = Math.min(nextAt, item.retryAt)
      else void deliver(item)
    }
    if (Number.isFinite(nextAt)) timer = setTimeout(pump, nextAt - now())
  }

  const deliver = async (item: OutboxItem): Promise<void> => {
    const { requestId } = item
    const attempts = (progress.get(requestId)?.attempts ?? 0) + 1
    inFlight.add(requestId)
    try {
      await oneTabAtATime(requestId, async () => {
        if (!storage.has(requestId)) return
        const conversation = itemToCreateInput(item)
        if (conversation) await create(conversation)
        await send(itemToSendInput(item))
        sent.set(requestId, item)
        storage.remove(requestId)
        progress.set(requestId, { ...untried, state: 'sent' })
        sentTimers.add(setTimeout(() => outbox.forget(requestId), rememberSentMs))
      })
    } catch (error) {
      const { kind, code, reason, message, retryAfterMs } = errorToFailure(error)
      if (kind === 'refused') storage.put({ ...toStored(item), failure: { code, reason, message } })
      progress.set(requestId, {
        state: 'unsent',
        attempts,
        needsSignIn: kind === 'signed-out',
        retryAt: now() + (kind === 'busy' ? retryAfterMs : 0) + backoffMs(attempts + 1),
      })
    } finally {
      inFlight.delete(requestId)
    }
    pump()
  }

  const forgetStorage = storage.watch(pump)
  let wasLive = false
  const forgetConnection = connection.subscribe(() => {
    const isLive = connection.get().status === 'live'
    if (isLive && !wasLive) {
      for (const [requestId, known] of progress) {
        if (known.state === 'unsent') progress.set(requestId, { ...known, retryAt: null })
      }
      pump()
    }
    wasLive = isLive
  })

  const outbox: Outbox = {
    get: store.get,
    subscribe: store.subscribe,
    add: (command) => {
      const item: StoredItem = {
        ...command,
        requestId: uuidv7(),
        userMessageId: uuidv7(),
        assistantMessageId: uuidv7(),
        createdAt: new Date(now()).toISOString(),
        failure: null,
      }
      storage.put(item)
      pump()
      return toOutboxItem(item, untried)
    },
    discard: (requestId) => {
      const item = store.get().find((candidate) => candidate.requestId === requestId)
      if (!item || item.state === 'sent') return
      storage.remove(requestId)
      for (const behind of storage.load().filter((other) => other.parentId === item.assistantMessageId)) {
        const { parentId, create: makesConversation, instructions } = item
        storage.put({
          ...behind,
          parentId,
          create: behind.create || makesConversation,
          ...(instructions === undefined ? {} : { instructions }),
        })
      }
      progress.delete(requestId)
      pump()
    },
    retry: (requestId) => {
      const item = storage.load().find((candidate) => candidate.requestId === requestId)
      if (!item) return
      storage.put({ ...item, failure: null })
      setProgress(requestId, untried)
      pump()
    },
    forget: (requestId) => {
      if (!sent.delete(requestId)) return
      progress.delete(requestId)
      publish()
    },
    close: () => {
      isClosed = true
      clearTimeout(timer)
      for (const sentTimer of sentTimers) clearTimeout(sentTimer)
      forgetStorage()
      forgetConnection()
    },
  }
  pump()
  return outbox
}

function toOutboxItem(item: StoredItem, known: Progress): OutboxItem {
  return {
    ...toStored(item),
    state: item.failure === null ? known.state : 'failed',
    retryAt: known.retryAt,
    needsSignIn: known.needsSignIn,
  }
}

function toStored(item: StoredItem): StoredItem {
  const { requestId, conversationId, create, parentId, content, model, instructions } = item
  const { userMessageId, assistantMessageId, createdAt, failure } = item
  return {
    requestId,
    conversationId,
    create,
    parentId,
    content,
    model,
    ...(instructions === undefined ? {} : { instructions }),
    userMessageId,
    assistantMessageId,
    createdAt,
    failure,
  }
}

/** UUIDv7 made on one device sort by time. */
function byTime(a: StoredItem, b: StoredItem): number {
  return a.requestId < b.requestId ? -1 : 1
}

function isBehindAnother(item: OutboxItem, items: readonly OutboxItem[]): boolean {
  return items.some((other) => other.state !== 'sent' && other.assistantMessageId === item.parentId)
}

function oneTabAtATime(requestId: Id, task: () => Promise<void>): Promise<void> {
  // Without locks two tabs may send the same message; the server answers the second like the first.
  const locks = typeof document === 'undefined' ? undefined : globalThis.navigator?.locks
  return locks ? locks.request(`holdfast-outbox-${requestId}`, task) : task()
}
