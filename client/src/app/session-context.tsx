import { createContext, useContext } from 'react'
import type { PageSession } from './page-session.ts'

const SessionContext = createContext<PageSession | null>(null)

export const SessionProvider = SessionContext

export function useSession(): PageSession {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession needs a SessionProvider')
  return session
}
