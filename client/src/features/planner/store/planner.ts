import type { QueryClient } from '@tanstack/react-query'
import { comparePlaces, type Id, type Task } from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import type { HoldfastClient } from '../../../sdk/client.ts'
import { refreshQueries } from '../../../react/refresh-queries.ts'
import { CommandQueue } from '../../../sdk/durable-commands/command-queue.ts'
import { createCommandStorage, moveCommands, type CommandStorage } from '../../../sdk/durable-commands/command-storage.ts'
import { openDeviceStorage, type DeviceStorage } from '../../../lib/device-storage.ts'
import { createValueStore, type ReadableStore } from '../../../lib/value-store.ts'
import type { PlannerChange } from './planner-change.ts'
import { readCommand, sendCommand, type PlannerCommand } from './planner-command.ts'
import type { PlannerData } from './planner-data.ts'
import { plannerKey } from './planner-key.ts'

/** The server's lists, as they are cached. `tasks` are the open ones. */
export const listsKey = [...plannerKey, 'lists'] as const
export const completedKey = [...plannerKey, 'completed'] as const

/**
 * A change is shown immediately, on top of the server's lists, until those lists hold it. A change that the server refuses needs no
 * undoing: what is shown is always the server's lists and the changes that are not confirmed. Changes are durable commands in one
 * scope: they are kept on the device until the server has answered, and sent one after the other.
 */
export interface Planner {
  /** Made on this page and not confirmed, oldest first. */
  readonly changes: ReadableStore<readonly PlannerChange[]>
  /** Resolves when the server has the change, or when the planner is left. @throws TRPCClientError when the server refuses it */
  readonly run: (change: PlannerChange) => Promise<void>
  /**
   * Sets the user, and sends what an earlier page of theirs kept; `onRefused` gets the error of each of those that the server refuses.
   * Returns how to leave: nothing is sent after that, and what was not sent stays kept.
   */
  readonly open: (userId: Id, onRefused: (error: unknown) => void) => () => void
}

const planners = new WeakMap<QueryClient, Planner>()

/** Returns one instance for all components that show the same lists. */
export function getPlanner(queryClient: QueryClient, client: Pick<HoldfastClient, 'trpc' | 'connection'>): Planner {
  const known = planners.get(queryClient)
  if (known) return known
  const planner = createPlanner(queryClient, client)
  planners.set(queryClient, planner)
  return planner
}

export function createPlannerStorage(device: DeviceStorage = openDeviceStorage()): CommandStorage<PlannerCommand> {
  return createCommandStorage({ name: 'planner', parse: readCommand, device })
}

const noUserYet = ''
/** A change that an earlier page made: its effect is unknown until the server's lists show it. */
const unknownChange: Pick<PlannerChange, 'apply'> = { apply: (data) => data }

interface PendingChange {
  readonly change: PlannerChange
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export function createPlanner(
  queryClient: QueryClient,
  client: Pick<HoldfastClient, 'trpc' | 'connection'>,
  storage: CommandStorage<PlannerCommand> = createPlannerStorage(),
): Planner {
  const changes = createValueStore<readonly PlannerChange[]>([])
  const owner = createValueStore(noUserYet)
  /** By the id of the command: made on this page and not answered. */
  const pending = new Map<Id, PendingChange>()
  let onKeptRefused: (error: unknown) => void = () => undefined

  const takePending = (id: Id) => {
    const known = pending.get(id)
    pending.delete(id)
    return known
  }
  const forget = (change: PlannerChange) => changes.set(changes.get().filter((other) => other !== change))

  /** Confirms a change: from now on the cached lists hold it. The server's resulting lists follow. */
  const confirm = async (id: Id) => {
    const known = takePending(id)
    const { apply } = known?.change ?? unknownChange
    // A list response in flight may have been read before the change.
    await queryClient.cancelQueries({ queryKey: plannerKey })
    const lists = queryClient.getQueryData<PlannerData>(listsKey)
    const completed = queryClient.getQueryData<readonly Task[]>(completedKey)
    if (lists) {
      const changed = apply(joinLists(lists, completed))
      queryClient.setQueryData<PlannerData>(listsKey, { ...changed, tasks: changed.tasks.filter((task) => !task.completed) })
      if (completed)
        queryClient.setQueryData(
          completedKey,
          changed.tasks.filter((task) => task.completed),
        )
    }
    if (known) forget(known.change)
    void queryClient.invalidateQueries({ queryKey: plannerKey })
    known?.resolve()
  }

  const queue = new CommandQueue<PlannerCommand>({
    storage,
    owner,
    connection: client.connection,
    isReady: () => true,
    isBehind: (stored, other) => other.id < stored.id,
    send: (command) => sendCommand(client.trpc, command),
    onDelivered: ({ id }) => confirm(id),
    onDeliveredElsewhere: (id) => void confirm(id),
    onRefused: ({ id }, error) => {
      const known = takePending(id)
      if (known) forget(known.change)
      // The server may have applied the change although the response was lost.
      void refreshQueries(queryClient, plannerKey)
      if (known) known.reject(error)
      else onKeptRefused(error)
      return null
    },
  })

  return {
    changes,
    run: (change) => {
      const id = uuidv7()
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      pending.set(id, { change, resolve, reject })
      changes.set([...changes.get(), change])
      queue.add(id, change.command)
      return promise
    },
    open: (userId, onRefused) => {
      onKeptRefused = onRefused
      moveCommands(storage, noUserYet, userId)
      owner.set(userId)
      queue.resume()
      return () => {
        queue.pause()
        for (const { resolve } of pending.values()) resolve()
        pending.clear()
        changes.set([])
      }
    },
  }
}

/** Joins the two cached lists of tasks. They are read at different moments: of a task that is in both, the newer version counts. */
export function joinLists(lists: PlannerData, completed: readonly Task[] | undefined): PlannerData {
  if (!completed) return lists
  const byId = new Map(lists.tasks.map((task) => [task.id, task]))
  for (const task of completed) {
    if ((byId.get(task.id)?.updatedAt ?? '') <= task.updatedAt) byId.set(task.id, task)
  }
  return { ...lists, tasks: [...byId.values()].sort(comparePlaces) }
}

export function applyChanges(data: PlannerData, changes: readonly PlannerChange[]): PlannerData {
  return changes.reduce((changed, change) => change.apply(changed), data)
}
