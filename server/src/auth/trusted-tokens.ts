import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JWTVerifyGetKey } from 'jose'
import type { TrustedIssuer } from '../config/trusted-issuers.ts'
import type { Clock } from '../platform/clock.ts'
import type { Queries } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import type { User } from './auth.ts'
import { issuerUserToId } from './issuer-users.ts'

interface Deps {
  readonly queries: Queries
  readonly clock: Clock
  readonly logger: Logger
}

const maxTokenLength = 8192
const maxSubjectLength = 500
const keysTimeoutMs = 5_000
/** Signatures that need a secret key of the issuer; with HMAC its public key would be enough. */
const algorithms = ['EdDSA', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512']

/** Verifies the tokens of other systems, whose keys are read from their addresses and cached. */
export interface TrustedTokens {
  /**
   * The user whom the token means, who is made at the first call. Null: the token is refused, its user may not get in, or the keys cannot be
   * read, which is logged. Undefined: the token does not say that it is of one of these systems. Throws only when the database is unavailable.
   */
  readonly verify: (token: string) => Promise<User | null | undefined>
}

export function createTrustedTokens(deps: Deps, issuers: readonly TrustedIssuer[]): TrustedTokens {
  const known = new Map<string, TrustedIssuer & { readonly keys: JWTVerifyGetKey }>(
    issuers.map((each) => [each.issuer, { ...each, keys: createRemoteJWKSet(each.jwks, { timeoutDuration: keysTimeoutMs }) }]),
  )
  const find = (token: string) => {
    if (known.size === 0 || token === '' || token.length > maxTokenLength) return undefined
    try {
      return known.get(decodeJwt(token).iss ?? '')
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined
      throw error
    }
  }

  return {
    verify: async (token) => {
      const issuer = find(token)
      if (issuer === undefined) return undefined
      const payload = await readPayload(deps, issuer, token)
      const subject = payload?.[issuer.claim]
      if (payload?.exp === undefined || typeof subject !== 'string' || subject === '' || subject.length > maxSubjectLength) {
        return null
      }
      const id = await issuerUserToId(deps, { issuer: issuer.issuer, subject, name: payload['name'] })
      return id === null ? null : { id, sessionId: null, isFromIssuer: true, expiresAt: new Date(payload.exp * 1000) }
    },
  }
}

async function readPayload(
  { clock, logger }: Pick<Deps, 'clock' | 'logger'>,
  { issuer, audience, keys }: TrustedIssuer & { readonly keys: JWTVerifyGetKey },
  token: string,
) {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms,
      requiredClaims: ['exp'],
      currentDate: clock.now(),
    })
    return payload
  } catch (error) {
    const isRefused =
      error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid)
    // Its keys cannot be read: nobody of that system gets in, and the operator has to know why.
    if (!isRefused)
      logger.warn({ event: 'issuer-keys-unread', issuer, err: error }, 'could not read the keys of a trusted issuer')
    return null
  }
}
