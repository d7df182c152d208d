import { connectClient, type ConnectedClient } from '../transport/client.ts'
import { urlToEndpoints } from '../transport/endpoints.ts'
import { createSessionTokens } from '../transport/session-tokens.ts'
import { createValueStore, type ReadableStore } from '../value-store.ts'

const accountKey = 'holdfast.account'
const lastUserKey = 'holdfast.user'

export interface PageSession {
  readonly client: ConnectedClient
  /** Whose page this is; before the server was asked, who was here last. */
  readonly userId: ReadableStore<string | null>
  /** The account's session has ended: only a person can sign in again. */
  readonly isSignedOut: ReadableStore<boolean>
  /** The session's cookie is another one now. */
  readonly sessionChanged: (change: { readonly isAccount: boolean }) => void
  /** The server said who this is. */
  readonly rememberAccount: (isAccount: boolean) => void
}

/**
 * The client of this page. A visitor becomes a guest without being asked; who has an account does not: when that session ends, what
 * was written stays where it is until the person is back.
 */
export function createPageSession(): PageSession {
  const tokens = createSessionTokens({
    base: urlToEndpoints('').base,
    mayBecomeGuest: () => readFlag(accountKey) === null,
    mayHaveSession: () => readFlag(lastUserKey) !== null,
  })
  const userId = createValueStore<string | null>(readFlag(lastUserKey))
  const isSignedOut = createValueStore(false)
  tokens.userId.subscribe(() => {
    userId.set(tokens.userId.get())
    isSignedOut.set(false)
  })
  const client = connectClient({
    url: '',
    tokens,
    onSignedOut: () => isSignedOut.set(true),
    webSocket: undefined,
    eventSource: undefined,
  })
  const rememberAccount = (isAccount: boolean) => writeFlag(accountKey, isAccount ? '1' : null)
  return {
    client,
    userId,
    isSignedOut,
    rememberAccount,
    sessionChanged: ({ isAccount }) => {
      rememberAccount(isAccount)
      isSignedOut.set(false)
      client.reconnect()
    },
  }
}

function readFlag(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function writeFlag(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    // Storage is forbidden: an ended session then makes a new guest.
  }
}
