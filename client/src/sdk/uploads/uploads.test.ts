import type { FileInfo } from '@holdfast/shared'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFilesInMemory, type DeviceFile, type DeviceFiles } from '../../lib/device-files.ts'
import { createValueStore } from '../../lib/value-store.ts'
import type { ConnectionState } from '../transport/connection.ts'
import { FileRefusedError } from '../transport/failure.ts'
import type { SendBytesOptions } from './send-bytes.ts'
import { TokenRefusedError } from './token-refused-error.ts'
import { createUploads, type Uploads } from './uploads.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const settle = () => vi.advanceTimersByTimeAsync(1)
const blob = (text: string, type = 'text/plain') => new Blob([text], { type })

function createHarness(files: DeviceFiles = createFilesInMemory()) {
  const owner = createValueStore('ann')
  const connection = { ...createValueStore<ConnectionState>({ status: 'live' } as ConnectionState), retryNow: () => undefined }
  const info = new Map<string, Partial<FileInfo>>()
  const sendBytes = vi.fn<(options: SendBytesOptions) => Promise<void>>(async () => undefined)
  const refused = vi.fn<(token: string) => void>()
  const getFile = vi.fn<(fileId: string) => Promise<FileInfo>>(
    async (id) => ({ id, name: 'as kept.txt', mediaType: 'text/plain', bytes: 3, state: 'ready', ...info.get(id) }) as FileInfo,
  )
  const deleteFile = vi.fn<(fileId: string) => Promise<void>>(async () => undefined)
  const open = () =>
    createUploads({
      files,
      owner,
      tokens: { get: async () => 'token', refused, forget: () => undefined, userId: createValueStore('ann') },
      connection,
      endpoint: '/api/uploads',
      getFile,
      deleteFile,
      sendBytes,
    })
  return { files, owner, connection, info, sendBytes, refused, getFile, deleteFile, open, uploads: open() }
}

const states = (uploads: Uploads) => uploads.get().map(({ state }) => state)
const never = () => new Promise<void>(() => undefined)

test('a file is kept on the device until the server has examined it', async () => {
  const { files, info, uploads } = createHarness()
  const { fileId } = uploads.add(blob('abc'), 'notes.txt')
  expect(uploads.get()).toMatchObject([{ name: 'notes.txt', mediaType: 'text/plain', bytes: 3, state: 'waiting' }])
  info.set(fileId, { state: 'uploading' })
  await settle()
  expect(states(uploads)).toEqual(['examining'])
  expect(await files.list()).toHaveLength(1)
  info.set(fileId, { state: 'ready' })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(uploads.get()).toMatchObject([{ state: 'ready', name: 'as kept.txt', error: null }])
  expect(await files.list()).toEqual([])
})

test('[O8] after a reload the upload goes on where the server has stopped', async () => {
  const { sendBytes, uploads, open } = createHarness()
  sendBytes.mockImplementation(never)
  const { fileId } = uploads.add(blob('abc'), 'notes.txt')
  await settle()
  uploads.close()
  const again = open()
  expect(again.hasPending([fileId]), 'nobody knows before the storage was read').toBe(true)
  await settle()
  expect(sendBytes.mock.calls.map(([{ fileId: id, isRepeat, name }]) => ({ id, isRepeat, name }))).toEqual([
    { id: fileId, isRepeat: false, name: 'notes.txt' },
    { id: fileId, isRepeat: true, name: 'notes.txt' },
  ])
  expect(await sendBytes.mock.calls[1]?.[0].blob.text()).toBe('abc')
})

test('without a network it is tried again, at once when the connection is back', async () => {
  const { connection, sendBytes, uploads } = createHarness()
  sendBytes.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  uploads.add(blob('abc'), 'notes.txt')
  await settle()
  expect(states(uploads)).toEqual(['waiting'])
  connection.set({ status: 'offline' } as ConnectionState)
  connection.set({ status: 'live' } as ConnectionState)
  await settle()
  expect(sendBytes).toHaveBeenCalledTimes(2)
  expect(sendBytes.mock.calls[1]?.[0].isRepeat).toBe(true)
  expect(states(uploads)).toEqual(['ready'])
})

test('a token that is refused is renewed', async () => {
  const { refused, sendBytes, uploads } = createHarness()
  sendBytes.mockRejectedValueOnce(new TokenRefusedError('old'))
  uploads.add(blob('abc'), 'notes.txt')
  await settle()
  expect(refused).toHaveBeenCalledExactlyOnceWith('old')
  expect(states(uploads)).toEqual(['ready'])
})

test('a file that the server refuses says why, and is not tried again', async () => {
  const { files, info, sendBytes, uploads } = createHarness()
  sendBytes.mockRejectedValueOnce(new FileRefusedError('A file may have at most 10 bytes'))
  const large = uploads.add(blob('too large'), 'large.txt')
  const bomb = uploads.add(blob('PK'), 'bomb.docx')
  info.set(bomb.fileId, { state: 'refused', error: 'It unpacks to more than 100 MB.' })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(sendBytes).toHaveBeenCalledTimes(2)
  expect(uploads.get()).toMatchObject([
    { fileId: large.fileId, state: 'refused', error: 'A file may have at most 10 bytes' },
    { fileId: bomb.fileId, state: 'refused', error: 'It unpacks to more than 100 MB.' },
  ])
  expect(await files.list()).toEqual([])
  await expect(uploads.untilArrived([bomb.fileId])).rejects.toThrow('more than 100 MB')
})

test('a removed file is stopped, and forgotten here and on the server', async () => {
  const { files, deleteFile, sendBytes, uploads } = createHarness()
  sendBytes.mockImplementation(never)
  const { fileId } = uploads.add(blob('abc'), 'notes.txt')
  await settle()
  uploads.remove(fileId)
  await settle()
  expect(uploads.get()).toEqual([])
  expect(sendBytes.mock.calls[0]?.[0].signal.aborted).toBe(true)
  expect(await files.list()).toEqual([])
  expect(deleteFile).toHaveBeenCalledExactlyOnceWith(fileId)
})

test('three files are on their way at a time; the others follow in their order', async () => {
  const { sendBytes, uploads } = createHarness()
  const gates: PromiseWithResolvers<void>[] = []
  sendBytes.mockImplementation(() => {
    const gate = Promise.withResolvers<void>()
    gates.push(gate)
    return gate.promise
  })
  const ids = ['a', 'b', 'c', 'd', 'e'].map((name) => uploads.add(blob(name), name).fileId)
  await settle()
  expect(gates).toHaveLength(3)
  gates[1]?.resolve()
  await settle()
  expect(sendBytes.mock.calls.map(([{ fileId }]) => fileId)).toEqual(ids.slice(0, 4))
})

test('where the browser forbids storage the file says so, and is sent all the same', async () => {
  const map = new Map<string, DeviceFile>()
  const { sendBytes, uploads } = createHarness({ ...createFilesInMemory(map), put: async (file) => !map.set(file.id, file) })
  sendBytes.mockImplementation(never)
  uploads.add(blob('abc'), 'notes.txt')
  await settle()
  expect(uploads.get()).toMatchObject([{ isKept: false, state: 'uploading' }])
})

test('the files of a user who has signed out wait until they are back', async () => {
  const { owner, sendBytes, uploads, open } = createHarness()
  sendBytes.mockImplementation(never)
  uploads.add(blob('abc'), 'notes.txt')
  await settle()
  uploads.close()
  sendBytes.mockClear()
  owner.set('ben')
  const bens = open()
  await settle()
  expect(bens.get()).toEqual([])
  expect(sendBytes).not.toHaveBeenCalled()
  owner.set('ann')
  await settle()
  expect(sendBytes).toHaveBeenCalledTimes(1)
})

test('a file that another tab has added is found on the device, and waited for', async () => {
  const { files, sendBytes, uploads, open } = createHarness()
  const other = open()
  await settle()
  const gate = Promise.withResolvers<void>()
  sendBytes.mockImplementation(() => gate.promise)
  const { fileId } = other.add(blob('abc'), 'notes.txt')
  await settle()
  other.close()
  expect(await files.read(fileId)).not.toBeNull()
  let hasArrived = false
  void uploads.untilArrived([fileId]).then(() => (hasArrived = true))
  await settle()
  expect(hasArrived).toBe(false)
  gate.resolve()
  await settle()
  expect(hasArrived).toBe(true)
})
