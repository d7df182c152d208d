import { createValueStore, type ReadableStore } from '../value-store.ts'
import { tokenToClaims } from './jwt.ts'

/** Where the tokens come from that every call carries. */
export interface TokenSource {
  /**
   * A token that is good for a while. Many callers at once cause one request.
   * @throws SignedOutError when only a person can help; anything else means that the server could not be asked.
   */
  readonly get: () => Promise<string>
  /** The server did not accept this token: the next `get` asks for another one. */
  readonly refused: (token: string) => void
  /** Whatever is known is out of date, e.g. after a sign-in: the next `get` asks again. */
  readonly forget: () => void
  /** Whose token came last; null before the first, and for tokens that do not say. */
  readonly userId: ReadableStore<string | null>
}

/** The session has ended and no new one may be started without being asked for. */
export class SignedOutError extends Error {
  override readonly name = 'SignedOutError'
}

/**
 * Keeps one token and renews it in time.
 * @param fetchToken asks for a new one; `refused` tells that the last one was not accepted.
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
