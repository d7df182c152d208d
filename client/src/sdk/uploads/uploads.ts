import type { FileInfo, Id } from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import { createDeferred } from '../../lib/deferred.ts'
import { withCrossTabLock } from '../../lib/cross-tab-lock.ts'
import type { DeviceFile, DeviceFiles } from '../../lib/device-files.ts'
import { createValueStore, type ReadableStore } from '../../lib/value-store.ts'
import { backoffMs } from '../transport/backoff.ts'
import type { ConnectionStore } from '../transport/connection.ts'
import { errorToFailure, FileRefusedError } from '../transport/failure.ts'
import type { TokenSource } from '../transport/token-source.ts'
import { untilLive } from '../transport/until-live.ts'
import type { SendBytesOptions } from './send-bytes.ts'
import { TokenRefusedError } from './token-refused-error.ts'
import { isPending, keptUploadSchema, type KeptUpload, type UploadItem, type UploadPurpose } from './upload-item.ts'

/** Files on their way to the server, oldest first, and those that arrived while the client was open. */
export interface Uploads extends ReadableStore<readonly UploadItem[]> {
  /** Keeps the bytes on the device, and sends them until the server has them. */
  readonly add: (blob: Blob, name: string, purpose?: UploadPurpose) => UploadItem
  /** Stops an upload and forgets the file, here and on the server. A message that was sent keeps it. */
  readonly remove: (fileId: Id) => void
  /** The bytes, while they are here. */
  readonly readBlob: (fileId: Id) => Blob | null
  /** Whether one of the files still has to arrive, as far as this client knows. */
  readonly hasPending: (fileIds: readonly Id[]) => boolean
  /**
   * Resolves when none of the files is on its way from this device.
   * @throws FileRefusedError
   */
  readonly untilArrived: (fileIds: readonly Id[]) => Promise<void>
  readonly close: () => void
}

export interface UploadsOptions {
  readonly files: DeviceFiles
  /** The user whose files are sent. */
  readonly owner: ReadableStore<string>
  readonly tokens: TokenSource
  readonly connection: ConnectionStore
  readonly endpoint: string
  readonly getFile: (fileId: Id) => Promise<FileInfo>
  readonly deleteFile: (fileId: Id) => Promise<unknown>
  readonly sendBytes: (options: SendBytesOptions) => Promise<void>
  readonly now?: () => number
}

interface Entry {
  readonly item: UploadItem
  readonly ownerId: string
  readonly blob: Blob | null
  readonly stop: AbortController
}

const maxConcurrent = 3
/** The server examines most files within the first of these. */
const firstLookMs = 250
const lastLookMs = 3_000

/**
 * Uploads that go on after a reload, a crash of the browser or the server, and on another network: the bytes stay on the device until the
 * server has examined them. All tabs of a user share them; a lock lets one tab send a file.
 */
export function createUploads(options: UploadsOptions): Uploads {
  const { files, owner, tokens, connection, endpoint, getFile, deleteFile, sendBytes, now = Date.now } = options
  const store = createValueStore<readonly UploadItem[]>([])
  const entries = new Map<Id, Entry>()
  const running = new Set<Id>()
  const closing = new AbortController()
  let isLoaded = false

  const publish = () => {
    const own = [...entries.values()].filter(({ ownerId }) => ownerId === owner.get() || ownerId === '')
    store.set(own.map(({ item }) => item).toSorted((a, b) => (a.fileId < b.fileId ? -1 : 1)))
  }
  const change = (fileId: Id, changes: Partial<UploadItem>) => {
    const entry = entries.get(fileId)
    if (!entry) return
    entries.set(fileId, { ...entry, item: { ...entry.item, ...changes } })
    publish()
  }

  const take = ({ id, blob }: DeviceFile, { ownerId, name, mediaType, purpose }: KeptUpload) => {
    const item: UploadItem = {
      fileId: id,
      name,
      mediaType,
      bytes: blob.size,
      state: 'waiting',
      sentBytes: 0,
      ...(purpose === undefined ? {} : { purpose }),
      isKept: true,
      error: null,
      file: null,
    }
    entries.set(id, { item, ownerId, blob, stop: new AbortController() })
    return item
  }

  /** Starts what is waiting, oldest first. */
  const pump = () => {
    if (closing.signal.aborted) return
    for (const { fileId, state } of store.get()) {
      if (running.size >= maxConcurrent) return
      if (state !== 'waiting' || running.has(fileId)) continue
      running.add(fileId)
      void deliver(fileId).finally(() => {
        running.delete(fileId)
        pump()
      })
    }
  }

  const deliver = async (fileId: Id): Promise<void> => {
    const stop = entries.get(fileId)?.stop
    if (!stop) return
    const signal = AbortSignal.any([stop.signal, closing.signal])
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        await withCrossTabLock(`holdfast-upload-${fileId}`, () => sendOnce(fileId, attempt > 0, signal))
        return
      } catch (error) {
        if (signal.aborted) return
        const { kind, retryAfterMs, message } = errorToFailure(error)
        // Refused, or deleted in another tab or on another device.
        if (kind === 'refused') {
          await files.remove(fileId)
          change(fileId, { state: 'refused', error: message })
          return
        }
        if (error instanceof TokenRefusedError) tokens.refused(error.token)
        if (entries.get(fileId)?.item.state !== 'examining') change(fileId, { state: 'waiting' })
        const isRenewable = error instanceof TokenRefusedError && attempt === 0
        if (!isRenewable)
          await untilLive(connection, Math.max(backoffMs(attempt + 1), kind === 'busy' ? retryAfterMs : 0), signal)
      }
    }
  }

  const sendOnce = async (fileId: Id, isRepeat: boolean, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted()
    const entry = entries.get(fileId)
    if (!entry?.blob) return
    const { item, blob, ownerId } = entry
    // Another tab has sent it, or was closed in the middle of it.
    const kept = item.isKept ? await files.read(fileId) : null
    const isGone = item.isKept && kept === null
    const token = await tokens.get()
    const userId = owner.get()
    // It belongs to a user who has signed out since, and waits until they are back.
    if (ownerId !== '' && ownerId !== userId) throw new Error('the file belongs to another user')
    if (ownerId === '') {
      entries.set(fileId, { ...entry, ownerId: userId })
      publish()
    }
    if (!isGone && item.state !== 'examining') {
      change(fileId, { state: 'uploading' })
      let first: string | null = token
      await sendBytes({
        endpoint,
        fileId,
        name: item.name,
        mediaType: item.mediaType,
        blob,
        ...(item.purpose === undefined ? {} : { purpose: item.purpose }),
        isRepeat: isRepeat || wasBegun.has(fileId),
        getToken: async () => {
          const next = first ?? (await tokens.get())
          first = null
          if (owner.get() !== userId) throw new Error('the user has signed out')
          return next
        },
        onSent: (sentBytes) => change(fileId, { sentBytes }),
        signal,
      })
      change(fileId, { state: 'examining', sentBytes: item.bytes })
    }
    const file = await untilExamined(fileId, signal)
    // The bytes may go only now: until here the server could still ask for them.
    await files.remove(fileId)
    change(fileId, {
      state: file.state === 'ready' ? 'ready' : 'refused',
      sentBytes: item.bytes,
      error: file.error ?? null,
      name: file.name,
      mediaType: file.mediaType,
      bytes: file.bytes,
      file,
    })
  }

  const untilExamined = async (fileId: Id, signal: AbortSignal): Promise<FileInfo> => {
    for (let delayMs = firstLookMs; ; delayMs = Math.min(delayMs * 1.5, lastLookMs)) {
      const file = await getFile(fileId)
      if (file.state !== 'uploading') return file
      await wait(delayMs, signal)
      signal.throwIfAborted()
    }
  }

  /** Files from an earlier page: the server may have a part of them. */
  const wasBegun = new Set<Id>()
  const takeKept = (kept: DeviceFile): boolean => {
    const about = keptUploadSchema.safeParse(kept.about)
    if (!about.success || entries.has(kept.id)) return false
    wasBegun.add(kept.id)
    take(kept, about.data)
    return true
  }
  const load = async () => {
    for (const kept of await files.list()) takeKept(kept)
    isLoaded = true
    publish()
    // Those who wait for it look again even if there is none.
    if (store.get().length === 0) store.set([...store.get()])
    pump()
  }
  void load()

  const onOwner = owner.subscribe(() => {
    publish()
    pump()
  })

  const uploads: Uploads = {
    get: store.get,
    subscribe: store.subscribe,
    add: (blob, name, purpose) => {
      const fileId = uuidv7()
      const mediaType = blob.type || 'application/octet-stream'
      const about: KeptUpload = {
        ownerId: owner.get(),
        name,
        mediaType,
        ...(purpose === undefined ? {} : { purpose }),
        createdAt: new Date(now()).toISOString(),
      }
      const file: DeviceFile = { id: fileId, blob, about }
      const item = take(file, about)
      // It is in the list at once, and sent once the device has it: nobody waits for the storage.
      running.add(fileId)
      publish()
      void files.put(file).then((isKept) => {
        // Removed in the meantime.
        if (!entries.has(fileId)) void files.remove(fileId)
        else change(fileId, { isKept })
        running.delete(fileId)
        pump()
      })
      return item
    },
    remove: (fileId) => {
      const entry = entries.get(fileId)
      entry?.stop.abort()
      entries.delete(fileId)
      publish()
      void files.remove(fileId)
      // One that never reached the server is not found there, and one that cannot be reached now expires.
      void deleteFile(fileId).catch(() => undefined)
    },
    readBlob: (fileId) => entries.get(fileId)?.blob ?? null,
    hasPending: (fileIds) => {
      if (fileIds.length === 0) return false
      if (!isLoaded) return true
      return fileIds.some((fileId) => {
        const entry = entries.get(fileId)
        return entry !== undefined && isPending(entry.item)
      })
    },
    untilArrived: async (fileIds) => {
      for (const fileId of fileIds) {
        if (!entries.has(fileId)) {
          // Another tab may have added it after this one was loaded.
          const kept = await files.read(fileId)
          if (kept && takeKept(kept)) {
            publish()
            pump()
          }
        }
        await untilSettled(store, () => {
          const item = entries.get(fileId)?.item
          return item === undefined || !isPending(item)
        })
        const item = entries.get(fileId)?.item
        if (item?.state === 'refused') throw new FileRefusedError(`${item.name}: ${item.error ?? ''}`)
      }
    },
    close: () => {
      closing.abort()
      onOwner()
    },
  }
  return uploads
}

function untilSettled(store: ReadableStore<unknown>, isSettled: () => boolean): Promise<void> {
  if (isSettled()) return Promise.resolve()
  const { promise, resolve } = createDeferred<void>()
  const forget = store.subscribe(() => {
    if (isSettled()) resolve()
  })
  return promise.finally(forget)
}

function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = createDeferred<void>()
  const timer = setTimeout(resolve, delayMs)
  const onAbort = () => resolve()
  signal.addEventListener('abort', onAbort)
  return promise.finally(() => {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  })
}
