import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { refusal } from '../../../test/fake-log-server.ts'
import { tasksToStats, toTask } from '../../../test/planner-items.ts'
import type { HoldfastClient } from '../../transport/client.ts'
import type { ConnectionState } from '../../transport/connection.ts'
import { createValueStore } from '../../value-store.ts'
import { applyChanges, completedKey, createPlanner, joinLists, listsKey } from './planner.ts'
import type { PlannerChange } from './planner-change.ts'
import type { PlannerData } from './planner-data.ts'
import { changeTask, deleteTask, restoreTask } from './task-changes.ts'

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))
const now = '2026-11-20T12:00:00.000Z'

/** A server with tasks, and a page that shows them. Answers come when the test lets them. */
function openPlanner() {
  let tasks = [toTask('a', { position: 1 }), toTask('b', { position: 2 })]
  const held: (() => void)[] = []
  const requests: string[] = []
  let isHeld = false
  const answer = async <Result>(name: string, run: () => Result): Promise<Result> => {
    requests.push(name)
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
      restore: { mutate: ({ taskId }: { taskId: string }) => answer('restore', () => (tasks = [...tasks, toTask(taskId)])) },
    },
  }
  const connection = { ...createValueStore<ConnectionState>({ status: 'live' }), retryNow: () => undefined }
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } })
  const client = { trpc, connection } as unknown as Pick<HoldfastClient, 'trpc' | 'connection'>
  const planner = createPlanner(queryClient, client)
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
    failNext: (error: unknown): PlannerChange => ({ ...deleteTask('a'), send: () => Promise.reject(error) }),
  }
}

test('what is changed is shown at once, and for good when the server has it', async () => {
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

test('lists that come from the server in between do not show it undone', async () => {
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

test('changes go out one after the other', async () => {
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

test('a change that the server refuses is not shown any more, and the next one goes out', async () => {
  const { planner, shown, failNext } = openPlanner()
  await settle()
  const refused = planner.run(failNext(refusal('NOT_FOUND', 404)))
  const next = planner.run(deleteTask('b'))
  expect(shown()).toEqual([])
  await expect(refused).rejects.toThrow('NOT_FOUND')
  await next
  await settle()
  expect(shown()).toEqual(['a'])
})

test('a task that is completed goes from the open list to the other one', async () => {
  const { planner, queryClient, shown } = openPlanner()
  await settle()
  queryClient.setQueryData(completedKey, [])
  await planner.run(changeTask('a', { completed: true }, now))
  expect(shown()).toEqual(['b'])
  expect(queryClient.getQueryData(completedKey)).toMatchObject([{ id: 'a', completed: true }])
})

test('a task that is in both lists, because they were read at two moments, is shown once, as it was last', () => {
  const open = toTask('a', { updatedAt: '2026-01-01' })
  const lists: PlannerData = { goals: [], milestones: [], tasks: [open], stats: tasksToStats([open]) }
  expect(joinLists(lists, [{ ...open, completed: true, updatedAt: '2026-01-02' }]).tasks).toMatchObject([{ completed: true }])
  expect(joinLists(lists, [{ ...open, completed: true, updatedAt: '2025-12-31' }]).tasks).toMatchObject([{ completed: false }])
})
