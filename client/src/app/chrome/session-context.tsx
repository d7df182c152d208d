import type { Id, SystemInfo } from '@holdfast/shared'
import { createContext, useContext } from 'react'
import { useStore } from '../../lib/use-store.ts'
import { trpc } from '../../react/trpc-react.ts'
import type { PageSession } from '../memory/page-session.ts'

const SessionContext = createContext<PageSession | null>(null)

export const SessionProvider = SessionContext

export function useSession(): PageSession {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession needs a SessionProvider')
  return session
}

/** The user of this page; before the server was asked, the last one here. */
export function useUserId(): Id | null {
  return useStore(useSession().userId)
}

export interface Account {
  /** Null when signed out, and until the server has answered. */
  readonly user: SystemInfo['user'] | null
  readonly isSignedOut: boolean
}

export function useAccount(): Account {
  const isSignedOut = useStore(useSession().isSignedOut)
  const info = trpc.system.info.useQuery()
  return { user: isSignedOut ? null : (info.data?.user ?? null), isSignedOut }
}
