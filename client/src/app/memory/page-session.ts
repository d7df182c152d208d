import { connectClient, type ConnectedClient } from '../../sdk/client.ts'
import { urlToEndpoints } from '../../sdk/transport/endpoints.ts'
import { createSessionTokens } from '../../sdk/transport/session-tokens.ts'
import { basePath } from '../../lib/base-path.ts'
import { openDeviceStorage } from '../../lib/device-storage.ts'
import { createValueStore, type ReadableStore } from '../../lib/value-store.ts'

const accountKey = 'holdfast.account'
const lastUserKey = 'holdfast.user'
const storage = openDeviceStorage()

export interface PageSession {
  readonly client: ConnectedClient
  /** The user of this page; until the server has answered, the last user of the device. */
  readonly userId: ReadableStore<string | null>
  /** The account's session has ended: only a person can sign in again. */
  readonly isSignedOut: ReadableStore<boolean>
  /** Nobody is signed in, and the server takes no guests. */
  readonly isShutOut: ReadableStore<boolean>
  /** The session's cookie has changed. */
  readonly sessionChanged: (change: { readonly isAccount: boolean }) => void
  /** The server has identified the user. */
  readonly rememberAccount: (isAccount: boolean) => void
}

/**
 * The client of this page. A visitor becomes a guest without being asked; a user with an account does not: when that session ends,
 * unsent text stays on the device until the user is back.
 */
export function createPageSession(): PageSession {
  const isShutOut = createValueStore(false)
  const tokens = createSessionTokens({
    base: urlToEndpoints(basePath).base,
    mayBecomeGuest: () => storage.read(accountKey) === null,
    mayHaveSession: () => storage.read(lastUserKey) !== null,
    onNoGuests: () => isShutOut.set(true),
  })
  const userId = createValueStore<string | null>(storage.read(lastUserKey))
  const isSignedOut = createValueStore(false)
  tokens.userId.subscribe(() => {
    userId.set(tokens.userId.get())
    isSignedOut.set(false)
    isShutOut.set(false)
  })
  const client = connectClient({
    url: basePath,
    tokens,
    onSignedOut: () => isSignedOut.set(!isBlocked()),
    webSocket: undefined,
    eventSource: undefined,
  })
  // Without cookies nobody was signed out, and nobody can sign in.
  const isBlocked = () => client.connection.get().status === 'blocked'
  client.connection.subscribe(() => {
    if (isBlocked()) isSignedOut.set(false)
  })
  const rememberAccount = (isAccount: boolean) => storage.write(accountKey, isAccount ? '1' : null)
  return {
    client,
    userId,
    isSignedOut,
    isShutOut,
    rememberAccount,
    sessionChanged: ({ isAccount }) => {
      rememberAccount(isAccount)
      isSignedOut.set(false)
      isShutOut.set(false)
      client.reconnect()
    },
  }
}
