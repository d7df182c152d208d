import { expect, test, vi } from 'vitest'
import { createStorageInMemory } from '../../lib/device-storage.ts'
import { createValueStore } from '../../lib/value-store.ts'
import { createCommandStorage } from './command-storage.ts'
import { createOwner } from './owner.ts'

const parse = (value: unknown) => (typeof value === 'string' ? value : null)

function openDevice(device = createStorageInMemory(), initial: string | null = null) {
  const storage = createCommandStorage({ name: 'outbox', parse, device })
  const userId = createValueStore(initial)
  const owner = createOwner({ userId, storage, device })
  const ids = () => storage.list(owner.get()).map(({ id }) => id)
  return { device, storage, userId, owner, ids }
}

test('[O6] commands are kept apart for each user, and come back with the user', () => {
  const { storage, userId, owner, ids } = openDevice(undefined, 'ann')
  storage.put(owner.get(), '1', 'Hello')
  userId.set('bob')
  expect(ids()).toEqual([])
  storage.put(owner.get(), '2', 'Hello')
  userId.set('ann')
  expect(ids()).toEqual(['1'])
})

test('after a reload the last user’s commands are there before the server has identified the user', () => {
  const { device, storage, owner } = openDevice(undefined, 'ann')
  storage.put(owner.get(), '1', 'Hello')
  expect(openDevice(device).ids()).toEqual(['1'])
})

test('[O6] commands from before the device knew a user belong to the first user, and to no later one', () => {
  const { storage, userId, owner, ids } = openDevice()
  const listener = vi.fn()
  owner.subscribe(listener)
  storage.put(owner.get(), '1', 'Hello')
  userId.set('ann')
  expect(ids()).toEqual(['1'])
  expect(listener).toHaveBeenCalled()
  userId.set('bob')
  expect(ids()).toEqual([])
})

test('before a token arrives the last user stays', () => {
  const { device } = openDevice(undefined, 'ann')
  const { userId, owner } = openDevice(device)
  userId.set(null)
  expect(owner.get()).toBe('ann')
})

test('[O6] the clients of two servers in one page keep their commands apart, and each takes its own from the older keys', () => {
  const device = createStorageInMemory()
  const older = createCommandStorage({ name: 'outbox', parse, device })
  older.put('ann', '1', 'Hello')
  older.put('zoe', '2', 'Hello')
  const open = (scope: string, user: string) => {
    const storage = createCommandStorage({ name: `outbox${scope}`, parse, device })
    const owner = createOwner({ userId: createValueStore<string | null>(user), storage, device, scope, older })
    return storage.list(owner.get()).map(({ id }) => id)
  }
  expect([open('@https://one.test', 'ann'), open('@https://two.test', 'zoe')]).toEqual([['1'], ['2']])
  expect(open('@https://one.test', 'zoe')).toEqual([])
  expect(device.read('holdfast.user@https://two.test')).toBe('zoe')
})
