import type { QueryClient } from '@tanstack/react-query'
import type { Task } from '@holdfast/shared'
import type { HoldfastClient } from '../../transport/client.ts'
import { refreshQueries } from '../../transport/refresh-queries.ts'
import { retryWhileUnreachable } from '../../transport/retry-while-unreachable.ts'
import { createValueStore, type ReadableStore } from '../../value-store.ts'
import type { PlannerChange } from './planner-change.ts'
import { compareByPlace, type PlannerData } from './planner-data.ts'
import { plannerKey } from './planner-key.ts'

const changeTimeoutMs = 30_000

/** What the server gave, as it is cached. `tasks` are the open ones. */
export const listsKey = [...plannerKey, 'lists'] as const
export const completedKey = [...plannerKey, 'completed'] as const

/**
 * What a person does is shown at once on top of what the server gave, until the server's own lists hold it. Nothing has to be taken
 * back when the server does not agree: what is shown is always its lists and what is still on its way.
 */
export interface Planner {
  /** Not yet confirmed, oldest first. */
  readonly changes: ReadableStore<readonly PlannerChange[]>
  /** Changes go out one after the other. @throws TRPCClientError when the server refuses or stays out of reach: it is not done then */
  readonly run: (change: PlannerChange) => Promise<void>
}

const planners = new WeakMap<QueryClient, Planner>()

/** One for all that shows the same lists. */
export function getPlanner(queryClient: QueryClient, client: Pick<HoldfastClient, 'trpc' | 'connection'>): Planner {
  const known = planners.get(queryClient)
  if (known) return known
  const planner = createPlanner(queryClient, client)
  planners.set(queryClient, planner)
  return planner
}

export function createPlanner(queryClient: QueryClient, client: Pick<HoldfastClient, 'trpc' | 'connection'>): Planner {
  const changes = createValueStore<readonly PlannerChange[]>([])
  let last: Promise<unknown> = Promise.resolve()

  const forget = (change: PlannerChange) => changes.set(changes.get().filter((other) => other !== change))

  /** The cached lists hold the change from now on; what the server makes of it follows. */
  const confirm = async (change: PlannerChange) => {
    // An answer that is on its way may have been read before.
    await queryClient.cancelQueries({ queryKey: plannerKey })
    const lists = queryClient.getQueryData<PlannerData>(listsKey)
    const completed = queryClient.getQueryData<readonly Task[]>(completedKey)
    if (lists) {
      const changed = change.apply(joinLists(lists, completed))
      queryClient.setQueryData<PlannerData>(listsKey, { ...changed, tasks: changed.tasks.filter((task) => !task.completed) })
      if (completed)
        queryClient.setQueryData(
          completedKey,
          changed.tasks.filter((task) => task.completed),
        )
    }
    forget(change)
    void queryClient.invalidateQueries({ queryKey: plannerKey })
  }

  const send = async (change: PlannerChange) => {
    try {
      await retryWhileUnreachable(() => change.send(client.trpc), {
        connection: client.connection,
        forMs: changeTimeoutMs,
        signal: new AbortController().signal,
      })
    } catch (error) {
      forget(change)
      // It may have been done all the same, without an answer.
      void refreshQueries(queryClient, plannerKey)
      throw error
    }
    await confirm(change)
  }

  return {
    changes,
    run: (change) => {
      changes.set([...changes.get(), change])
      const sent = last.then(() => send(change))
      last = sent.catch(() => undefined)
      return sent
    },
  }
}

/** One list of tasks of what is cached in two. Read at two moments, both may hold the same task: then the newer one counts. */
export function joinLists(lists: PlannerData, completed: readonly Task[] | undefined): PlannerData {
  if (!completed) return lists
  const byId = new Map(lists.tasks.map((task) => [task.id, task]))
  for (const task of completed) {
    if ((byId.get(task.id)?.updatedAt ?? '') <= task.updatedAt) byId.set(task.id, task)
  }
  return { ...lists, tasks: [...byId.values()].sort(compareByPlace) }
}

export function applyChanges(data: PlannerData, changes: readonly PlannerChange[]): PlannerData {
  return changes.reduce((changed, change) => change.apply(changed), data)
}
