import { TRPCClientError } from '@trpc/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createStorageInMemory } from '../../lib/device-storage.ts'
import { createValueStore } from '../../lib/value-store.ts'
import type { ConnectionState } from '../transport/connection.ts'
import { CommandQueue } from './command-queue.ts'
import { createCommandStorage, moveCommands } from './command-storage.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const settle = () => vi.advanceTimersByTimeAsync(0)
const refusal = TRPCClientError.from({
  error: { message: 'refused', code: -32000, data: { code: 'NOT_FOUND', httpStatus: 404 } },
} as never)

/** Several tabs of one device. `storage` events are delivered by `inOtherTabs`. */
function createDevice() {
  const page = new EventTarget()
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
  const storage = createCommandStorage({
    name: 'test',
    parse: (value) => (typeof value === 'string' ? value : null),
    device: createStorageInMemory(),
  })
  const requests: string[] = []
  const send = vi.fn(async (command: string): Promise<unknown> => requests.push(command))
  const connection = createValueStore<ConnectionState>({ status: 'connecting' })
  const openTab = (owner = createValueStore('ann')) => {
    const outcomes: string[] = []
    const queue = new CommandQueue<string>({
      storage,
      owner,
      connection: { ...connection, retryNow: () => undefined },
      send,
      isReady: (command) => !command.startsWith('held'),
      // A scope is the first letter.
      isBehind: (stored, other) => other.id < stored.id && other.command[0] === stored.command[0],
      onDelivered: ({ id }) => void outcomes.push(`${id} delivered`),
      onRefused: ({ id, command }) => {
        outcomes.push(`${id} refused`)
        return command.endsWith('kept') ? `held ${command}` : null
      },
      onDeliveredElsewhere: (id) => outcomes.push(`${id} elsewhere`),
    })
    return { queue, owner, outcomes }
  }
  const inOtherTabs = () => page.dispatchEvent(Object.assign(new Event('storage'), { key: null }))
  return { storage, requests, send, connection, openTab, inOtherTabs }
}

/** Locks as browsers have them: one holder for each name, the others wait. */
function stubLocks() {
  const last = new Map<string, Promise<unknown>>()
  const request = (name: string, task: () => Promise<unknown>) => {
    const done = (last.get(name) ?? Promise.resolve()).then(task, task)
    last.set(name, done)
    return done
  }
  vi.stubGlobal('document', {})
  vi.stubGlobal('navigator', { locks: { request } })
}

test('commands of one scope go out in their order, one after the other; other scopes do not wait', async () => {
  const { send, requests, openTab } = createDevice()
  const { queue } = openTab()
  send.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  queue.add('1', 'a first')
  queue.add('2', 'a second')
  queue.add('3', 'b')
  await settle()
  expect(requests).toEqual(['b'])
  await vi.advanceTimersByTimeAsync(20_000)
  expect(requests).toEqual(['b', 'a first', 'a second'])
})

test('the next command of a scope waits until the effects of the one before are shown', async () => {
  const { storage, requests, send, connection } = createDevice()
  const shown = Promise.withResolvers<void>()
  const queue = new CommandQueue<string>({
    storage,
    owner: createValueStore('ann'),
    connection: { ...connection, retryNow: () => undefined },
    send,
    isReady: () => true,
    isBehind: (stored, other) => other.id < stored.id,
    onDelivered: () => shown.promise,
    onRefused: () => null,
  })
  queue.add('1', 'first')
  await settle()
  queue.add('2', 'second')
  await settle()
  expect(requests).toEqual(['first'])
  shown.resolve()
  await settle()
  expect(requests).toEqual(['first', 'second'])
})

test('two tabs that both find a command send it once', async () => {
  stubLocks()
  const { requests, openTab, inOtherTabs } = createDevice()
  const tabs = [openTab(), openTab()]
  tabs[0]?.queue.add('1', 'a')
  inOtherTabs()
  await settle()
  expect(requests).toEqual(['a'])
  expect(tabs.map(({ outcomes }) => outcomes)).toEqual([['1 delivered'], []])
})

test('a tab learns that another one delivered its command', async () => {
  stubLocks()
  const { requests, send, connection, openTab, inOtherTabs } = createDevice()
  const first = openTab()
  send.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  first.queue.add('1', 'a')
  await settle()
  const second = openTab()
  await settle()
  inOtherTabs()
  connection.set({ status: 'live' })
  await settle()
  expect(requests).toEqual(['a'])
  expect([first.outcomes, second.outcomes]).toEqual([['1 elsewhere'], ['1 delivered']])
})

test('a refused command is dropped or kept, as its owner decides', async () => {
  const { storage, send, openTab } = createDevice()
  const { queue, outcomes } = openTab()
  send.mockRejectedValueOnce(refusal).mockRejectedValueOnce(refusal)
  queue.add('1', 'a dropped')
  queue.add('2', 'b kept')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(outcomes).toEqual(['1 refused', '2 refused'])
  expect(storage.list('ann')).toEqual([{ id: '2', command: 'held b kept' }])
  expect(send).toHaveBeenCalledTimes(2)
})

test('a paused queue keeps what is added, and sends it when it is resumed', async () => {
  const { storage, requests, openTab } = createDevice()
  const { queue } = openTab()
  queue.pause()
  queue.add('1', 'a')
  await vi.advanceTimersByTimeAsync(60_000)
  expect([requests, storage.list('ann').length, queue.queued.get().length]).toEqual([[], 1, 1])
  queue.resume()
  await settle()
  expect([requests, storage.list('ann')]).toEqual([['a'], []])
})

test('a page that is left while a command is refused leaves it to the next page', async () => {
  const { storage, send, openTab } = createDevice()
  const { queue, outcomes } = openTab()
  const answer = Promise.withResolvers<void>()
  send.mockReturnValueOnce(answer.promise)
  queue.add('1', 'a')
  queue.close()
  answer.reject(refusal)
  await settle()
  expect([outcomes, storage.list('ann').length]).toEqual([[], 1])
})

test('the commands of another user wait until they are back, also when the user changes during a request', async () => {
  const { storage, requests, send, openTab } = createDevice()
  const { queue, owner } = openTab()
  const answer = Promise.withResolvers<void>()
  send.mockReturnValueOnce(answer.promise)
  queue.add('1', 'a')
  queue.add('2', 'a later')
  owner.set('bob')
  expect(queue.queued.get()).toEqual([])
  answer.resolve()
  await settle()
  expect([requests, storage.list('ann').map(({ id }) => id)]).toEqual([[], ['2']])
  owner.set('ann')
  await settle()
  expect(requests).toEqual(['a later'])
})

test('a command that gets a user during its request is not sent twice', async () => {
  const { storage, requests, send, openTab } = createDevice()
  const { queue, owner } = openTab(createValueStore(''))
  const answer = Promise.withResolvers<void>()
  send.mockReturnValueOnce(answer.promise)
  queue.add('1', 'a')
  moveCommands(storage, '', 'ann')
  owner.set('ann')
  answer.resolve()
  await vi.advanceTimersByTimeAsync(60_000)
  expect([requests, send.mock.calls.length, storage.list('ann')]).toEqual([[], 1, []])
})
