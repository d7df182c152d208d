import { expect, test, vi } from 'vitest'
import { createDeviceStorage, createStorageInMemory } from '../../lib/device-storage.ts'
import { createCommandStorage } from './command-storage.ts'

const parse = (value: unknown) => (typeof value === 'string' ? value : null)
const ids = (stored: readonly { readonly id: string }[]) => stored.map(({ id }) => id)

test('commands are listed per user, oldest first', () => {
  const storage = createCommandStorage({ name: 'planner', parse, device: createStorageInMemory() })
  storage.put('ann', '2', 'second')
  storage.put('ann', '1', 'first')
  storage.put('bob', '3', 'third')
  expect(storage.list('ann')).toEqual([
    { id: '1', command: 'first' },
    { id: '2', command: 'second' },
  ])
  storage.remove('ann', '1')
  expect([storage.has('ann', '1'), storage.has('ann', '2'), storage.has('ann', '3')]).toEqual([false, true, false])
})

test('a full storage does not stop a command: it is kept for as long as the page', () => {
  const full = new Proxy({} as Storage, {
    get: (_, name) => (name === 'setItem' ? () => expect.fail('full') : name === 'length' ? 0 : () => null),
  })
  const storage = createCommandStorage({ name: 'outbox', parse, device: createDeviceStorage(() => full) })
  storage.put('', '1', 'Hello')
  expect(ids(storage.list(''))).toEqual(['1'])
  expect(storage.has('', '1')).toBe(true)
  storage.remove('', '1')
  expect(storage.list('')).toEqual([])
})

test('unreadable entries are left alone', () => {
  const values = new Map([
    ['holdfast.outbox.ann.x', '"half'],
    ['holdfast.outbox.ann.y', '{"requestId":1}'],
  ])
  const storage = createCommandStorage({ name: 'outbox', parse, device: createStorageInMemory(values) })
  expect(storage.list('ann')).toEqual([])
  expect(values.size).toBe(2)
})

test('changes in other tabs are reported, those of other storages are not', () => {
  const page = new EventTarget()
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
  const inAnotherTab = (key: string | null) => page.dispatchEvent(Object.assign(new Event('storage'), { key }))
  const listener = vi.fn()
  const unwatch = createCommandStorage({ name: 'outbox', parse, device: createStorageInMemory() }).watch(listener)
  inAnotherTab('holdfast.outbox.ann.1')
  inAnotherTab('holdfast.planner.ann.1')
  inAnotherTab(null)
  expect(listener).toHaveBeenCalledTimes(2)
  unwatch()
  inAnotherTab(null)
  expect(listener).toHaveBeenCalledTimes(2)
  vi.unstubAllGlobals()
})
