import { createContext, useContext } from 'react'
import type { ConnectedClient } from '../sdk/client.ts'

const ClientContext = createContext<ConnectedClient | null>(null)

export const ClientProvider = ClientContext

export function useClient(): ConnectedClient {
  const client = useContext(ClientContext)
  if (!client) throw new Error('useClient needs a ClientProvider')
  return client
}
