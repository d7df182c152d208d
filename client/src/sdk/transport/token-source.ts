import { createValueStore, type ReadableStore } from '../../lib/value-store.ts'
import { tokenToClaims } from './jwt.ts'

/** The source of the tokens that every call carries. */
export interface TokenSource {
  /**
   * A token that is valid for a while. Many concurrent callers cause one request.
   * @throws SignedOutError when the user has to sign in; any other error means that the server could not be asked.
   */
  readonly get: () => Promise<string>
  /** The server did not accept this token: the next `get` asks for another one. */
  readonly refused: (token: string) => void
  /** Drops the token, e.g. after a sign-in: the next `get` asks again. */
  readonly forget: () => void
  /** The user of the last token; null before the first, and for tokens that do not name one. */
  readonly userId: ReadableStore<string | null>
}

/** The session has ended, and only the user can start another one. */
export class SignedOutError extends Error {
  override readonly name: string = 'SignedOutError'
}

/** The server does not accept the token of the guest that it has just made. Another guest would fare no better. */
export class GuestRefusedError extends SignedOutError {
  override readonly name = 'GuestRefusedError'
}

/** The command was given by a user who has signed out since. It waits until they are back. */
export class OwnerChangedError extends SignedOutError {
  override readonly name = 'OwnerChangedError'
}

/**
 * Keeps one token and renews it in time.
 * @param fetchToken asks for a new one; `refused`: the last one was not accepted.
 */
export function createTokenSource(
  fetchToken: (options: { readonly refused: boolean }) => Promise<string>,
  now: () => number = Date.now,
): TokenSource {
  const userId = createValueStore<string | null>(null)
  let known: { readonly token: string; readonly renewAt: number | null } | null = null
  let pending: Promise<string> | null = null
  let wasRefused = false
  let epoch = 0

  const renew = async (): Promise<string> => {
    const startedIn = epoch
    const token = await fetchToken({ refused: wasRefused })
    // A sign-in or sign-out happened in between: this token belongs to the past.
    if (startedIn !== epoch) return source.get()
    const claims = tokenToClaims(token, now())
    known = { token, renewAt: claims.renewAt }
    wasRefused = false
    userId.set(claims.userId)
    return token
  }

  const source: TokenSource = {
    get: () => {
      if (known && (known.renewAt === null || now() < known.renewAt)) return Promise.resolve(known.token)
      pending ??= renew().finally(() => {
        pending = null
      })
      return pending
    },
    refused: (token) => {
      if (known?.token !== token) return
      known = null
      wasRefused = true
    },
    forget: () => {
      epoch += 1
      known = null
      pending = null
    },
    userId,
  }
  return source
}
