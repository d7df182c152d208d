import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useClient } from '../../../react/client-context.tsx'
import { useStore } from '../../../lib/use-store.ts'
import { applyChanges, completedKey, getPlanner, joinLists, listsKey } from './planner.ts'
import type { PlannerData } from './planner-data.ts'
import { readCompletedTasks, readPlanner } from './read-planner.ts'

export interface PlannerView {
  /** Null until it is loaded. */
  readonly data: PlannerData | null
  readonly isFailed: boolean
  /** Number of changes that wait until the server can be reached. */
  readonly waiting: number
  /** Completed tasks were requested and are not there yet. */
  readonly isLoadingCompleted: boolean
  readonly refetch: () => void
}

/** The plans to show: the server's lists, with the changes of this page that are not confirmed. */
export function usePlanner({ withCompleted }: { readonly withCompleted: boolean }): PlannerView {
  const client = useClient()
  const queryClient = useQueryClient()
  const changes = useStore(getPlanner(queryClient, client).changes)
  const isLive = useStore(client.connection).status === 'live'
  const lists = useQuery({ queryKey: listsKey, queryFn: ({ signal }) => readPlanner(client.trpc, signal) })
  const completed = useQuery({
    queryKey: completedKey,
    queryFn: ({ signal }) => readCompletedTasks(client.trpc, signal),
    enabled: withCompleted,
  })
  const data = useMemo(
    () => (lists.data ? applyChanges(joinLists(lists.data, withCompleted ? completed.data : undefined), changes) : null),
    [lists.data, completed.data, withCompleted, changes],
  )
  return {
    data,
    isFailed: lists.isError && !lists.data,
    waiting: isLive ? 0 : changes.length,
    isLoadingCompleted: withCompleted && completed.isPending,
    refetch: () => {
      void lists.refetch()
      if (withCompleted) void completed.refetch()
    },
  }
}
