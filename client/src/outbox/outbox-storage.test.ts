import { expect, test, vi } from 'vitest'
import { createValueStore } from '../value-store.ts'
import type { StoredItem } from './outbox-item.ts'
import { createPersistentStorage } from './outbox-storage.ts'

/** As much of the browser's storage as is used here. */
function createFakeStorage(capacity = Number.POSITIVE_INFINITY): Storage {
  const values = new Map<string, string>()
  return {
    get length() {
      return values.size
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => {
      if (value.length > capacity) throw new DOMException('full', 'QuotaExceededError')
      values.set(key, value)
    },
    removeItem: (key) => void values.delete(key),
    clear: () => values.clear(),
  }
}

const toItem = (requestId: string): StoredItem => ({
  requestId,
  conversationId: 'c',
  create: false,
  parentId: null,
  content: 'Hello',
  model: null,
  userMessageId: 'u',
  assistantMessageId: 'a',
  createdAt: '2026-01-01T00:00:00.000Z',
  failure: null,
})
const ids = (items: readonly StoredItem[]) => items.map(({ requestId }) => requestId)

test('items are kept apart for each user, and come back with the user', () => {
  const device = createFakeStorage()
  const userId = createValueStore<string | null>('ann')
  const storage = createPersistentStorage(device, userId)
  storage.put(toItem('1'))
  userId.set('bob')
  expect(storage.load()).toEqual([])
  storage.put(toItem('2'))
  userId.set('ann')
  expect(ids(storage.load())).toEqual(['1'])
})

test('after a reload the last user’s items are there before the server said who this is', () => {
  const device = createFakeStorage()
  createPersistentStorage(device, createValueStore<string | null>('ann')).put(toItem('1'))
  const reloaded = createPersistentStorage(device, createValueStore<string | null>(null))
  expect(ids(reloaded.load())).toEqual(['1'])
})

test('what was written before anybody was known belongs to who is first, and to nobody after', () => {
  const device = createFakeStorage()
  const userId = createValueStore<string | null>(null)
  const storage = createPersistentStorage(device, userId)
  const listener = vi.fn()
  storage.watch(listener)
  storage.put(toItem('1'))
  userId.set('ann')
  expect(ids(storage.load())).toEqual(['1'])
  expect(listener).toHaveBeenCalled()
  userId.set('bob')
  expect(storage.load()).toEqual([])
})

test('a full storage does not stop a message: it lives as long as the page', () => {
  const storage = createPersistentStorage(createFakeStorage(20), createValueStore<string | null>(null))
  storage.put(toItem('1'))
  expect(ids(storage.load())).toEqual(['1'])
  expect(storage.has('1')).toBe(true)
  storage.remove('1')
  expect(storage.load()).toEqual([])
})

test('what cannot be read is left alone', () => {
  const device = createFakeStorage()
  device.setItem('holdfast.outbox.ann.x', '{"half')
  device.setItem('holdfast.outbox.ann.y', '{"requestId":1}')
  const storage = createPersistentStorage(device, createValueStore<string | null>('ann'))
  expect(storage.load()).toEqual([])
})
