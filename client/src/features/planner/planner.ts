import type { QueryClient } from '@tanstack/react-query'
import type { Id, Task } from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import type { HoldfastClient } from '../../transport/client.ts'
import { refreshQueries } from '../../transport/refresh-queries.ts'
import { retryWhileUnreachable } from '../../transport/retry-while-unreachable.ts'
import { createValueStore, type ReadableStore } from '../../value-store.ts'
import { createKeptCommands, type KeptCommands } from './kept-commands.ts'
import type { PlannerChange } from './planner-change.ts'
import { sendCommand } from './planner-command.ts'
import { compareByPlace, type PlannerData } from './planner-data.ts'
import { plannerKey } from './planner-key.ts'

/** What the server gave, as it is cached. `tasks` are the open ones. */
export const listsKey = [...plannerKey, 'lists'] as const
export const completedKey = [...plannerKey, 'completed'] as const

/**
 * What a person does is shown at once on top of what the server gave, until the server's own lists hold it. Nothing has to be taken
 * back when the server does not agree: what is shown is always its lists and what is still on its way. It is kept on the device until
 * the server has answered, also over a reload.
 */
export interface Planner {
  /** Not yet confirmed, oldest first. */
  readonly changes: ReadableStore<readonly PlannerChange[]>
  /** Changes go out one after the other, as soon as the server can be reached. @throws TRPCClientError when it refuses: it is not done then */
  readonly run: (change: PlannerChange) => Promise<void>
  /**
   * Says whose plans these are, and sends what an earlier page of theirs did not get out; `onRefused` is told what the server does not
   * take. Returns how to leave: nothing is sent after that, and what was not sent stays kept.
   */
  readonly open: (userId: Id, onRefused: (error: unknown) => void) => () => void
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

export function createPlanner(
  queryClient: QueryClient,
  client: Pick<HoldfastClient, 'trpc' | 'connection'>,
  kept: KeptCommands = createKeptCommands(),
): Planner {
  const changes = createValueStore<readonly PlannerChange[]>([])
  let last: Promise<unknown> = Promise.resolve()
  let owner: Id | null = null
  let leaving = new AbortController()

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

  /** In its turn. What was not answered before the page is left stays kept. */
  const send = (id: Id, change: PlannerChange): Promise<void> => {
    const { signal } = leaving
    const by = owner
    const answered = () => {
      if (by !== null) kept.forget(by, id)
    }
    const sent = last.then(async () => {
      if (signal.aborted) return
      try {
        await retryWhileUnreachable(() => sendCommand(client.trpc, change.command), {
          connection: client.connection,
          forMs: Number.POSITIVE_INFINITY,
          signal,
          waitsForSignIn: true,
        })
      } catch (error) {
        if (signal.aborted) return
        answered()
        forget(change)
        // It may have been done all the same, without an answer.
        void refreshQueries(queryClient, plannerKey)
        throw error
      }
      answered()
      await confirm(change)
    })
    last = sent.catch(() => undefined)
    return sent
  }

  return {
    changes,
    run: async (change) => {
      const id = uuidv7()
      if (owner !== null) kept.keep(owner, id, change.command)
      changes.set([...changes.get(), change])
      const sent = send(id, change)
      void whileSending(id, () => sent.catch(() => undefined))
      await sent
    },
    open: (userId, onRefused) => {
      owner = userId
      leaving = new AbortController()
      for (const { id, command } of kept.list(userId)) {
        // The server's lists show what becomes of it: what they are now is not known here.
        void whileSending(id, () => send(id, { apply: (data) => data, command }).catch(onRefused))
      }
      return () => {
        leaving.abort()
        changes.set([])
      }
    },
  }
}

/** Another tab that has it on its way sends it. Without locks both may: the server does it once. */
async function whileSending(id: Id, send: () => Promise<unknown>): Promise<void> {
  const locks = typeof document === 'undefined' ? undefined : globalThis.navigator?.locks
  if (!locks) await send()
  else await locks.request(`holdfast-planner-${id}`, { ifAvailable: true }, async (lock) => (lock ? send() : undefined))
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
