import { createContext, useContext, type ReactNode } from 'react'
import type { HoldfastClient } from '../sdk/client.ts'

const ClientContext = createContext<HoldfastClient | null>(null)

export interface HoldfastProviderProps {
  readonly client: HoldfastClient
  readonly children: ReactNode
}

/** Gives the hooks below it their client. It neither opens nor closes it. */
export function HoldfastProvider({ client, children }: HoldfastProviderProps) {
  return <ClientContext.Provider value={client}>{children}</ClientContext.Provider>
}

/**
 * The client of the provider above.
 * @param given is used instead of it
 */
export function useClient(given: HoldfastClient | null = null): HoldfastClient {
  const provided = useContext(ClientContext)
  const client = given ?? provided
  if (!client) throw new Error('useClient needs a HoldfastProvider')
  return client
}
