import type { FileVariant, Id } from '@holdfast/shared'
import { useCallback } from 'react'
import { trpc } from './trpc-react.ts'

/** An address is used for this long before the server would refuse it. */
const marginMs = 30_000
/** One that has just been made does not become better by asking again. */
const renewAfterMs = 5_000

export interface FileAddress {
  /** Null until it is known. It needs no token, and expires. */
  readonly url: string | null
  readonly isFailed: boolean
  /** Asks for another one: the address was refused. */
  readonly renew: () => void
}

/** The signed address of a file. It is asked for when the component is mounted, and again when it has expired. */
export function useFileAddress(fileId: Id, variant: FileVariant, isNeeded = true): FileAddress {
  const { data, dataUpdatedAt, isError, refetch } = trpc.files.url.useQuery(
    { fileId, variant },
    {
      enabled: isNeeded,
      staleTime: ({ state }) => Math.max(0, Date.parse(state.data?.expiresAt ?? '') - marginMs - state.dataUpdatedAt || 0),
      retry: 2,
    },
  )
  const renew = useCallback(() => {
    if (Date.now() - dataUpdatedAt > renewAfterMs) void refetch()
  }, [dataUpdatedAt, refetch])
  return { url: data?.url ?? null, isFailed: isError, renew }
}
