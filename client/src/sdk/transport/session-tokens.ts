import * as z from 'zod/mini'
import { withCrossTabLock } from '../../lib/cross-tab-lock.ts'
import { createCookieKeepingFetch } from './cookie-jar.ts'
import { createTokenSource, GuestRefusedError, SignedOutError, type TokenSource } from './token-source.ts'

const tokenResponseSchema = z.object({ token: z.string().check(z.minLength(1)) })
const timeoutMs = 15_000
const guestRefusal =
  'the server does not recognise the guest that it has just made: cookies of this site may be blocked here, so pass `getToken`'

export interface SessionTokensOptions {
  /** The server's address without a slash at its end. */
  readonly base: string
  /** Whether a visitor without a session becomes a guest without being asked. */
  readonly mayBecomeGuest: () => boolean
  /** Whether there may be a session already; a first visitor's token is not asked for. */
  readonly mayHaveSession: () => boolean
  /** The server takes no guests: somebody has to sign in. */
  readonly onNoGuests?: () => void
  readonly fetch?: typeof globalThis.fetch
}

/**
 * Tokens of the session whose cookie the browser keeps; outside a browser the cookie is kept here. A visitor without a session
 * becomes a guest, one guest for all tabs.
 */
export function createSessionTokens({
  base,
  mayBecomeGuest,
  mayHaveSession,
  onNoGuests,
  fetch = globalThis.fetch,
}: SessionTokensOptions): TokenSource {
  const isBrowser = typeof document !== 'undefined'
  const fetchWithCookies = isBrowser ? fetch.bind(globalThis) : createCookieKeepingFetch(fetch.bind(globalThis))
  const call = (path: string, init: RequestInit) =>
    fetchWithCookies(`${base}/api/auth/${path}`, {
      credentials: 'include',
      ...init,
      signal: AbortSignal.timeout(timeoutMs),
    })

  const askForToken = async (): Promise<string | null> => {
    const response = await call('token', { method: 'GET' })
    if (response.status === 401) return null
    if (!response.ok) throw new Error(`the server answered ${response.status} when asked for a token`)
    return tokenResponseSchema.parse(await response.json()).token
  }

  /** The server answers `null` where there is none: an error would show in the browser's console. */
  const hasSession = async (): Promise<boolean> => {
    const response = await call('get-session', { method: 'GET' })
    return response.ok && (await response.json()) !== null
  }

  const becomeGuest = async (): Promise<string> => {
    // Another tab may have become a guest while this one waited for the lock.
    if (!(await hasSession())) {
      const response = await call('sign-in/anonymous', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      })
      if (response.status === 403) {
        onNoGuests?.()
        throw new SignedOutError('the server takes no guests')
      }
      if (!response.ok) throw new Error(`the server answered ${response.status} to a guest's sign-in`)
    }
    const fresh = await askForToken()
    if (fresh !== null) return fresh
    isGuestRefused = true
    throw new GuestRefusedError(guestRefusal)
  }

  let hasAsked = false
  /** Later tries ask for a token and make no further guest. */
  let isGuestRefused = false
  return createTokenSource(async () => {
    const token = hasAsked || mayHaveSession() ? await askForToken() : null
    hasAsked = true
    if (token !== null) return token
    if (!mayBecomeGuest()) throw new SignedOutError('the session has ended')
    if (isGuestRefused) throw new GuestRefusedError(guestRefusal)
    // Without locks the worst case is one guest more.
    return withCrossTabLock('holdfast-guest', becomeGuest)
  })
}
