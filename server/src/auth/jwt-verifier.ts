import { createLocalJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose'
import { uuidSchema } from '@holdfast/shared'
import { z } from 'zod'
import { ownIssuer } from '../config/trusted-issuers.ts'
import type { Clock } from '../platform/clock.ts'
import type { Queries } from '../platform/database/database.ts'
import type { Audience } from './auth.ts'
import { readSigningKeys, rereadKeysMs } from './signing-keys.ts'

/** Fixed, so that tokens stay valid when the server's address changes. */
export const issuer = ownIssuer

const maxTokenLength = 4096
const refetchAfterMs = 10_000
const claimsSchema = z.object({ sub: uuidSchema, sid: uuidSchema, exp: z.number() })

export interface Claims {
  readonly userId: string
  readonly sessionId: string
  readonly expiresAt: Date
}

/**
 * Checks everything about a JWT except whether its session is alive. Keys are cached and read again every 20 s, so that a new key is known
 * before it signs; an unknown key id reads them at most every 10 s, so that made-up ids are cheap.
 */
export function createJwtVerifier(deps: {
  queries: Queries
  clock: Clock
}): (token: string, audience: Audience) => Promise<Claims | null> {
  let keys: Promise<JWTVerifyGetKey> | null = null
  let readAtMs = 0
  const readKeys = (): Promise<JWTVerifyGetKey> => {
    readAtMs = deps.clock.now().getTime()
    const reading = readSigningKeys(deps.queries).then((rows) =>
      createLocalJWKSet({
        keys: rows.map(({ id, publicKey }) => ({ ...JSON.parse(publicKey), kid: id, alg: 'EdDSA' })),
      }),
    )
    keys = reading
    reading.catch(() => {
      keys = null
    })
    return reading
  }
  const findKey: JWTVerifyGetKey = async (header, token) => {
    if (deps.clock.now().getTime() - readAtMs >= rereadKeysMs) keys = null
    try {
      return await (
        await (keys ?? readKeys())
      )(header, token)
    } catch (error) {
      const isTooSoon = deps.clock.now().getTime() - readAtMs < refetchAfterMs
      if (!(error instanceof errors.JWKSNoMatchingKey) || isTooSoon) throw error
      return await (
        await readKeys()
      )(header, token)
    }
  }

  return async (token, audience) => {
    if (token === '' || token.length > maxTokenLength) return null
    try {
      const { payload } = await jwtVerify(token, findKey, {
        issuer,
        audience,
        algorithms: ['EdDSA'],
        requiredClaims: ['sub', 'sid', 'exp'],
        currentDate: deps.clock.now(),
      })
      const claims = claimsSchema.safeParse(payload)
      if (!claims.success) return null
      const { sub, sid, exp } = claims.data
      return { userId: sub, sessionId: sid, expiresAt: new Date(exp * 1000) }
    } catch (error) {
      if (error instanceof errors.JOSEError) return null
      throw error
    }
  }
}
