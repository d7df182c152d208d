import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { refusal } from '../../../../test/fake-log-server.ts'
import { tasksToStats, toTask } from '../../../../test/planner-items.ts'
import { createStorageInMemory } from '../../../lib/device-storage.ts'
import type { HoldfastClient } from '../../../sdk/client.ts'
import type { ConnectionState } from '../../../sdk/transport/connection.ts'
import { createValueStore } from '../../../lib/value-store.ts'
import { applyChanges, completedKey, createPlanner, createPlannerStorage, joinLists, listsKey } from './planner.ts'
import type { PlannerData } from './planner-data.ts'
import { addTask, changeTask, deleteTask, restoreTask } from './task-changes.ts'

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))
const now = '2026-11-20T12:00:00.000Z'

const createDevice = (values = new Map<string, string>()) => createPlannerStorage(createStorageInMemory(values))

/** A server with tasks, and a page that shows them. Answers come when the test lets them. */
function openPlanner(device = createDevice()) {
  let tasks = [toTask('a', { position: 1 }), toTask('b', { position: 2 })]
  const held: (() => void)[] = []
  const requests: string[] = []
  let isHeld = false
  let failure: Error | null = null
  const answer = async <Result>(name: string, run: () => Result): Promise<Result> => {
    requests.push(name)
    const failed = name === 'lists' ? null : failure
    if (failed) failure = null
    if (failed) throw failed
    if (isHeld) await new Promise<void>((resolve) => held.push(resolve))
    return run()
  }
  const trpc = {
    tasks: {
      update: {
        mutate: ({ taskId, completed }: { taskId: string; completed: boolean }) =>
          answer('update', () => (tasks = tasks.map((task) => (task.id === taskId ? { ...task, completed } : task)))),
      },
      delete: {
        mutate: ({ taskId }: { taskId: string }) => answer('delete', () => (tasks = tasks.filter(({ id }) => id !== taskId))),
      },
      add: {
        mutate: ({ taskId }: { taskId: string }) =>
          answer(`add ${taskId}`, () => (tasks = [...tasks, toTask(taskId, { position: 9 })])),
      },
      restore: { mutate: ({ taskId }: { taskId: string }) => answer('restore', () => (tasks = [...tasks, toTask(taskId)])) },
    },
  }
  const connection = { ...createValueStore<ConnectionState>({ status: 'live' }), retryNow: () => undefined }
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } })
  const client = { trpc, connection } as unknown as Pick<HoldfastClient, 'trpc' | 'connection'>
  const planner = createPlanner(queryClient, client, device)
  const readLists = (): PlannerData => {
    const open = tasks.filter(({ completed }) => !completed)
    return { goals: [], milestones: [], tasks: open, stats: tasksToStats(tasks) }
  }
  const observe = new QueryObserver(queryClient, { queryKey: listsKey, queryFn: () => answer('lists', readLists) })
  observe.subscribe(() => undefined)
  const shown = () => {
    const lists = queryClient.getQueryData<PlannerData>(listsKey)
    return lists ? applyChanges(lists, planner.changes.get()).tasks.map(({ id, completed }) => (completed ? `${id}!` : id)) : null
  }
  return {
    queryClient,
    planner,
    shown,
    requests,
    hold: () => (isHeld = true),
    release: async () => {
      isHeld = false
      for (const resolve of held.splice(0)) resolve()
      await settle()
    },
    failNext: (error: Error) => {
      failure = error
    },
  }
}

test('a change is shown immediately, and stays when the server has it', async () => {
  const { planner, shown, hold, release } = openPlanner()
  await settle()
  expect(shown()).toEqual(['a', 'b'])
  hold()
  const done = planner.run(deleteTask('a'))
  expect(shown()).toEqual(['b'])
  await release()
  await done
  expect(planner.changes.get()).toEqual([])
  expect(shown()).toEqual(['b'])
})

test('lists that the server sent before the change do not undo it', async () => {
  const { planner, shown, hold, release, queryClient } = openPlanner()
  await settle()
  hold()
  const done = planner.run(deleteTask('a'))
  // Read before the deletion, answered after it.
  queryClient.setQueryData(listsKey, (lists: PlannerData | undefined) => lists && { ...lists })
  expect(shown()).toEqual(['b'])
  await release()
  await done
  expect(shown()).toEqual(['b'])
})

test('[P6] changes are sent one after the other', async () => {
  const { planner, requests, hold, release } = openPlanner()
  await settle()
  hold()
  const both = Promise.all([planner.run(deleteTask('a')), planner.run(restoreTask(toTask('a')))])
  await settle()
  expect(requests).toEqual(['lists', 'delete'])
  await release()
  await both
  expect(requests.filter((name) => name !== 'lists')).toEqual(['delete', 'restore'])
})

test('[P6] a refused change disappears, and the next one is sent', async () => {
  const { planner, shown, failNext } = openPlanner()
  await settle()
  failNext(refusal('NOT_FOUND', 404))
  const refused = planner.run(deleteTask('a'))
  const next = planner.run(deleteTask('b'))
  expect(shown()).toEqual([])
  await expect(refused).rejects.toThrow('NOT_FOUND')
  await next
  await settle()
  expect(shown()).toEqual(['a'])
})

const fields = { title: 'T', description: null, category: null, dueDate: null, milestoneId: null }
const neverRefused = (error: unknown) => {
  throw error
}

test('[P6] changes of a page that was left before they were sent are sent by the next page, in order and once', async () => {
  const device = createDevice()
  const first = openPlanner(device)
  await settle()
  const leave = first.planner.open('ann', neverRefused)
  first.hold()
  for (const id of ['x', 'y', 'z']) void first.planner.run(addTask(id, fields, now))
  await settle()
  leave()
  expect(first.requests).toEqual(['lists', 'add x'])

  const second = openPlanner(device)
  second.planner.open('ann', neverRefused)
  await expect.poll(second.shown).toEqual(['a', 'b', 'x', 'y', 'z'])
  expect(second.requests.filter((name) => name.startsWith('add'))).toEqual(['add x', 'add y', 'add z'])
  await expect.poll(() => device.list('ann')).toEqual([])
})

test('the changes of one user are not sent for another', async () => {
  const device = createDevice()
  const first = openPlanner(device)
  const leave = first.planner.open('ann', neverRefused)
  first.hold()
  void first.planner.run(addTask('x', fields, now))
  await settle()
  leave()
  const second = openPlanner(device)
  second.planner.open('bob', neverRefused)
  await settle()
  expect(second.requests).toEqual(['lists'])
  expect(device.list('ann')).toMatchObject([{ command: { name: 'tasks.add', input: { taskId: 'x' } } }])
})

test('a refused change of an earlier page is reported, and not tried again', async () => {
  const device = createDevice()
  device.put('ann', '1', deleteTask('a').command)
  const { planner, failNext, requests } = openPlanner(device)
  failNext(refusal('NOT_FOUND', 404))
  const refused: unknown[] = []
  planner.open('ann', (error) => refused.push(error))
  await expect.poll(() => refused).toMatchObject([{ message: 'NOT_FOUND' }])
  expect(device.list('ann')).toEqual([])
  expect(requests.filter((name) => name === 'delete')).toHaveLength(1)
})

test('while the server cannot be reached a change waits, and is shown', async () => {
  const { planner, failNext, shown } = openPlanner()
  await settle()
  planner.open('ann', neverRefused)
  failNext(new TypeError('fetch failed'))
  await planner.run(deleteTask('a'))
  expect(shown()).toEqual(['b'])
})

test('a completed task moves from the open list to the other one', async () => {
  const { planner, queryClient, shown } = openPlanner()
  await settle()
  queryClient.setQueryData(completedKey, [])
  await planner.run(changeTask('a', { completed: true }, now))
  expect(shown()).toEqual(['b'])
  expect(queryClient.getQueryData(completedKey)).toMatchObject([{ id: 'a', completed: true }])
})

test('a task that is in both lists, because they were read at different moments, is shown once, in its newer version', () => {
  const open = toTask('a', { updatedAt: '2026-01-01' })
  const lists: PlannerData = { goals: [], milestones: [], tasks: [open], stats: tasksToStats([open]) }
  expect(joinLists(lists, [{ ...open, completed: true, updatedAt: '2026-01-02' }]).tasks).toMatchObject([{ completed: true }])
  expect(joinLists(lists, [{ ...open, completed: true, updatedAt: '2025-12-31' }]).tasks).toMatchObject([{ completed: false }])
})

test('a change that an older page kept on the device is sent by this one', async () => {
  const kept = { name: 'tasks.add', input: { taskId: 'x', ...fields } }
  const values = new Map([['holdfast.planner.ann.0198c0de-0000-7000-8000-000000000001', JSON.stringify(kept)]])
  const { planner, requests } = openPlanner(createDevice(values))
  planner.open('ann', neverRefused)
  await expect.poll(() => requests).toContain('add x')
  await expect.poll(() => values.size).toBe(0)
})

test('a change that is made before the user is known is kept for the user who opens the planner', async () => {
  const device = createDevice()
  const { planner, hold, release } = openPlanner(device)
  await settle()
  hold()
  const done = planner.run(addTask('x', fields, now))
  planner.open('ann', neverRefused)
  expect(device.list('ann')).toMatchObject([{ command: { name: 'tasks.add', input: { taskId: 'x' } } }])
  await release()
  await done
  expect(device.list('ann')).toEqual([])
})

test('a change that is made after the planner was left is sent when it is opened again', async () => {
  const { planner, requests } = openPlanner()
  planner.open('ann', neverRefused)()
  const done = planner.run(deleteTask('a'))
  await settle()
  expect(requests).toEqual(['lists'])
  planner.open('ann', neverRefused)
  await done
  expect(requests).toContain('delete')
})
