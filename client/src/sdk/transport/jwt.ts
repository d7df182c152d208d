import * as z from 'zod/mini'

const claimsSchema = z.object({ sub: z.optional(z.string()), iat: z.optional(z.number()), exp: z.optional(z.number()) })

export interface TokenClaims {
  /** The user's id; null in a token that does not name one, like a personal access token. */
  readonly userId: string | null
  /** Milliseconds since the epoch from which on a new token should be asked for; null: never. */
  readonly renewAt: number | null
}

const unknownClaims: TokenClaims = { userId: null, renewAt: null }

/** Reads a token without checking it: the server does that. A token that is no JWT has no claims. */
export function tokenToClaims(token: string, now: number): TokenClaims {
  const payload = token.split('.')[1]
  if (payload === undefined) return unknownClaims
  const claims = claimsSchema.safeParse(parseBase64Url(payload))
  if (!claims.success) return unknownClaims
  const { sub, iat, exp } = claims.data
  return {
    userId: sub ?? null,
    renewAt: exp === undefined ? null : toRenewAt(exp * 1000, iat === undefined ? now : iat * 1000, now),
  }
}

/**
 * Counts the token's lifetime from when it arrived, so that a device whose clock is wrong renews neither constantly nor too late. Two
 * fifths of the lifetime are a reserve: the server asks sockets to reconnect before their token expires.
 */
function toRenewAt(expiresAt: number, issuedAt: number, now: number): number {
  return now + Math.max(0, expiresAt - issuedAt) * 0.6
}

function parseBase64Url(text: string): unknown {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0))))
  } catch {
    return null
  }
}
