import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { createDeviceFiles, openDeviceFiles, type DeviceFile } from './device-files.ts'

const file = (id: string): DeviceFile => ({ id, blob: new Blob([`bytes of ${id}`]), about: { name: `${id}.txt` } })

test('a file is there after the page was closed, until it is removed', async () => {
  const first = openDeviceFiles('reload')
  expect(await first.put(file('a'))).toBe(true)
  expect(await first.put(file('b'))).toBe(true)
  const second = openDeviceFiles('reload')
  expect((await second.list()).map(({ id, about }) => ({ id, about }))).toEqual([
    { id: 'a', about: { name: 'a.txt' } },
    { id: 'b', about: { name: 'b.txt' } },
  ])
  expect((await second.read('a'))?.about).toEqual({ name: 'a.txt' })
  await second.remove('a')
  expect(await first.read('a')).toBeNull()
  expect(await openDeviceFiles('another server').list()).toEqual([])
})

test('where storage is forbidden a file is in memory, and the caller is told', async () => {
  const files = createDeviceFiles(async () => {
    throw new DOMException('storage is forbidden', 'SecurityError')
  })
  expect(await files.put(file('a'))).toBe(false)
  expect(await files.list()).toEqual([file('a')])
  expect(await (await files.read('a'))?.blob.text()).toBe('bytes of a')
  await files.remove('a')
  expect(await files.list()).toEqual([])
})

test('a storage without room keeps the file in memory', async () => {
  const full = { transaction: () => void expect.fail('QuotaExceededError') } as unknown as IDBDatabase
  const files = createDeviceFiles(async () => full)
  expect(await files.put(file('a'))).toBe(false)
  expect(await files.read('a')).toEqual(file('a'))
})

test('files whose ids begin alike are removed together, and no others', async () => {
  const files = openDeviceFiles('pieces')
  for (const id of ['a', 'a/1', 'a/2', 'b/1']) await files.put(file(id))
  await files.removeAll('a/')
  expect((await files.list()).map(({ id }) => id)).toEqual(['a', 'b/1'])
})
