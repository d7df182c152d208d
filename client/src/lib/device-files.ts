import { toDeviceName } from './base-path.ts'
import { createDeferred } from './deferred.ts'

/** Bytes that are kept on this device, with what is known about them. */
export interface DeviceFile {
  readonly id: string
  readonly blob: Blob
  /** JSON. */
  readonly about: unknown
}

export interface DeviceFiles {
  readonly list: () => Promise<readonly DeviceFile[]>
  readonly read: (id: string) => Promise<DeviceFile | null>
  /** True: it is still there after a reload or a crash. False: it is in memory, because the browser forbids storage or has no room. */
  readonly put: (file: DeviceFile) => Promise<boolean>
  readonly remove: (id: string) => Promise<void>
  /** Removes every file whose id begins so, as one step. */
  readonly removeAll: (prefix: string) => Promise<void>
}

const storeName = 'files'

/**
 * Files in IndexedDB, which all tabs share. What the browser does not keep stays in memory for as long as the returned object: nothing
 * here rejects.
 * @param name of the database: one for each server
 */
export function openDeviceFiles(name: string): DeviceFiles {
  return createDeviceFiles(() => openDatabase(name))
}

/** @param open may reject: it does where the person has forbidden storage. */
export function createDeviceFiles(open: () => Promise<IDBDatabase>): DeviceFiles {
  /** Files that the browser did not keep. */
  const inMemory = new Map<string, DeviceFile>()
  let opened: Promise<IDBDatabase> | null = null
  const run = async <Result>(
    mode: IDBTransactionMode,
    act: (store: IDBObjectStore) => IDBRequest<Result>,
  ): Promise<{ readonly result: Result } | null> => {
    try {
      opened ??= open()
      const database = await opened
      // Without room for the bytes the transaction fails, not the request.
      const transaction = database.transaction(storeName, mode)
      const request = act(transaction.objectStore(storeName))
      await settle(transaction)
      return { result: request.result }
    } catch {
      // It may be forbidden and allowed while the page is open.
      opened = null
      return null
    }
  }
  return {
    list: async () => {
      const found = await run('readonly', (store) => store.getAll() as IDBRequest<unknown[]>)
      return [...(found?.result ?? []).flatMap((value) => toDeviceFile(value) ?? []), ...inMemory.values()]
    },
    read: async (id) =>
      inMemory.get(id) ?? toDeviceFile((await run('readonly', (store) => store.get(id) as IDBRequest<unknown>))?.result),
    put: async (file) => {
      inMemory.delete(file.id)
      if (await run('readwrite', (store) => store.put(file))) return true
      inMemory.set(file.id, file)
      return false
    },
    remove: async (id) => {
      inMemory.delete(id)
      await run('readwrite', (store) => store.delete(id))
    },
    removeAll: async (prefix) => {
      for (const id of inMemory.keys()) if (id.startsWith(prefix)) inMemory.delete(id)
      await run('readwrite', (store) => store.delete(IDBKeyRange.bound(prefix, `${prefix}\uFFFF`)))
    },
  }
}

/** Files in memory, for programs without a browser. They are kept as well as everything else of the program. */
export function createFilesInMemory(files = new Map<string, DeviceFile>()): DeviceFiles {
  return {
    list: async () => [...files.values()],
    read: async (id) => files.get(id) ?? null,
    put: async (file) => {
      files.set(file.id, file)
      return true
    },
    remove: async (id) => void files.delete(id),
    removeAll: async (prefix) => {
      for (const id of files.keys()) if (id.startsWith(prefix)) files.delete(id)
    },
  }
}

function openDatabase(name: string): Promise<IDBDatabase> {
  const { promise, resolve, reject } = createDeferred<IDBDatabase>()
  const request = globalThis.indexedDB.open(toDeviceName(name), 1)
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(storeName, { keyPath: 'id' }))
  request.addEventListener('success', () => {
    // A newer page wants to change the database.
    request.result.addEventListener('versionchange', () => request.result.close())
    resolve(request.result)
  })
  request.addEventListener('error', () => reject(request.error ?? new Error('no database')))
  request.addEventListener('blocked', () => reject(new Error('the database is in use')))
  return promise
}

function settle(transaction: IDBTransaction): Promise<void> {
  const { promise, resolve, reject } = createDeferred<void>()
  const fail = () => reject(transaction.error ?? new Error('the transaction was given up'))
  transaction.addEventListener('complete', () => resolve())
  transaction.addEventListener('error', fail)
  transaction.addEventListener('abort', fail)
  return promise
}

/** Null for an entry that is no file of this or an older page. */
function toDeviceFile(value: unknown): DeviceFile | null {
  if (typeof value !== 'object' || value === null) return null
  const { id, blob, about } = value as Partial<DeviceFile>
  return typeof id === 'string' && blob instanceof Blob ? { id, blob, about } : null
}
