import type { Id, SendInput } from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import { createValueStore, type ReadableStore } from '../../lib/value-store.ts'
import { CommandQueue, type QueuedCommand } from '../durable-commands/command-queue.ts'
import type { CommandStorage } from '../durable-commands/command-storage.ts'
import type { ConnectionStore } from '../transport/connection.ts'
import { errorToFailure } from '../transport/failure.ts'
import type { Uploads } from '../uploads/uploads.ts'
import {
  itemToCreateInput,
  itemToSendInput,
  type OutboxCommand,
  type NewConversation,
  type OutboxFile,
  type OutboxItem,
  type StoredItem,
} from './outbox-item.ts'

export interface Outbox extends ReadableStore<readonly OutboxItem[]> {
  /** Keeps the message on the device, then sends it until the server has it or refuses it. */
  readonly add: (command: OutboxCommand) => OutboxItem
  /** Takes a message back. Messages written below it move up. */
  readonly discard: (requestId: Id) => void
  /** Tries a refused message again. */
  readonly retry: (requestId: Id) => void
  /** Drops a delivered message that the log shows. */
  readonly forget: (requestId: Id) => void
  readonly close: () => void
}

export interface OutboxOptions {
  readonly storage: CommandStorage<StoredItem>
  /** The user whose messages are sent. */
  readonly owner: ReadableStore<string>
  /** Makes a conversation; the same input again makes no other. */
  readonly create: (input: NewConversation) => Promise<unknown>
  readonly send: (input: SendInput) => Promise<unknown>
  /** The files on their way, which messages wait for. */
  readonly uploads?: Pick<Uploads, 'subscribe' | 'hasPending' | 'untilArrived'>
  readonly connection: ConnectionStore
  readonly now?: () => number
}

/** Time for which a delivered message waits to appear in the log before it is forgotten. */
const rememberSentMs = 60_000

/**
 * Messages on their way, as durable commands. A message waits for its files and for the one that it was written below; conversations
 * and branches do not wait for each other. A refused message stays until a person retries or discards it.
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { storage, owner, create, send, uploads, connection, now = Date.now } = options
  const store = createValueStore<readonly OutboxItem[]>([])
  /** Delivered, and not seen in the log yet. */
  const sent = new Map<Id, StoredItem>()
  const sentTimers = new Set<ReturnType<typeof setTimeout>>()

  const queue = new CommandQueue<StoredItem>({
    storage,
    owner,
    connection,
    now,
    isReady: (item) => item.failure === null && !(uploads?.hasPending(toFileIds(item)) ?? false),
    isBehind: ({ command }, other) => other.command.assistantMessageId === command.parentId,
    send: async (item) => {
      if (item.files) await uploads?.untilArrived(toFileIds(item))
      const conversation = itemToCreateInput(item)
      if (conversation) await create(conversation)
      await send(itemToSendInput(item))
    },
    onDelivered: ({ id, command }) => {
      sent.set(id, command)
      sentTimers.add(setTimeout(() => outbox.forget(id), rememberSentMs))
    },
    onRefused: ({ command }, error) => {
      const { code, reason, message } = errorToFailure(error)
      return { ...command, failure: { code, reason, message } }
    },
  })

  const publish = () => {
    const waiting = queue.queued.get().filter(({ id }) => !sent.has(id))
    const items = [...[...sent.values()].map(sentToItem), ...waiting.map(queuedToItem)]
    items.sort((a, b) => (a.requestId < b.requestId ? -1 : 1))
    store.set(markStuck(items))
  }
  const stopPublishing = queue.queued.subscribe(publish)
  publish()
  const stopWaiting = uploads?.subscribe(() => {
    if (queue.queued.get().some(({ command }) => toFileIds(command).length > 0)) queue.look()
  })

  const outbox: Outbox = {
    get: store.get,
    subscribe: store.subscribe,
    add: (command) => {
      const { files, ...message } = command
      const item: StoredItem = {
        ...message,
        ...(files && files.length > 0 ? { files: files.map(toStoredFile) } : {}),
        requestId: uuidv7(),
        userMessageId: uuidv7(),
        assistantMessageId: uuidv7(),
        createdAt: new Date(now()).toISOString(),
        failure: null,
      }
      queue.add(item.requestId, item)
      return { ...item, state: 'sending', retryAt: null, needsSignIn: false, isKept: storage.isKept(owner.get(), item.requestId) }
    },
    discard: (requestId) => {
      const item = queue.queued.get().find(({ id }) => id === requestId)?.command
      if (!item || sent.has(requestId)) return
      const below = queue.queued.get().filter(({ command }) => command.parentId === item.assistantMessageId)
      queue.change({ remove: [requestId], put: below.map(({ id, command }) => ({ id, command: moveUp(command, item) })) })
    },
    retry: (requestId) => {
      const item = queue.queued.get().find(({ id }) => id === requestId)
      if (item) queue.change({ put: [{ id: item.id, command: { ...item.command, failure: null } }] })
    },
    forget: (requestId) => {
      if (sent.delete(requestId)) publish()
    },
    close: () => {
      queue.close()
      stopPublishing()
      stopWaiting?.()
      for (const timer of sentTimers) clearTimeout(timer)
    },
  }
  return outbox
}

function toFileIds({ files = [] }: Pick<StoredItem, 'files'>): Id[] {
  return files.map(({ fileId }) => fileId)
}

/** The fields that are kept, of what may have more. */
function toStoredFile({ fileId, name, mediaType, bytes }: OutboxFile): OutboxFile {
  return { fileId, name, mediaType, bytes }
}

function sentToItem(item: StoredItem): OutboxItem {
  return { ...item, state: 'sent', retryAt: null, needsSignIn: false, isKept: true }
}

function queuedToItem({ command, state, retryAt, needsSignIn, isKept }: QueuedCommand<StoredItem>): OutboxItem {
  return { ...command, state: command.failure === null ? state : 'failed', retryAt, needsSignIn, isKept }
}

/** A message below one that cannot be sent now is unsent too. `items`: oldest first. */
function markStuck(items: readonly OutboxItem[]): OutboxItem[] {
  const stuck = new Set<Id>()
  return items.map((item) => {
    const isStuck = item.state === 'unsent' || item.state === 'failed' || stuck.has(item.parentId ?? '')
    if (isStuck) stuck.add(item.assistantMessageId)
    return isStuck && item.state === 'sending' ? { ...item, state: 'unsent' } : item
  })
}

/** A message takes the place of the one above it, which was taken back. */
function moveUp(item: StoredItem, discarded: StoredItem): StoredItem {
  const { parentId, create, instructions, parameters } = discarded
  return {
    ...item,
    parentId,
    create: item.create || create,
    ...(instructions === undefined ? {} : { instructions }),
    ...(parameters === undefined ? {} : { parameters }),
  }
}
