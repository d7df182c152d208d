import { z } from 'zod'
import { checkSetting, parseHttpUrl, parseJsonSetting, type Fail } from '../platform/settings-file.ts'

/** Another system whose tokens call the API as its users. */
export interface TrustedIssuer {
  /** The claim `iss` of its tokens, compared as text. */
  readonly issuer: string
  /** Where its public keys are, as a JSON Web Key Set. */
  readonly jwks: URL
  /** The claim `aud` has to hold this. */
  readonly audience: string
  /** The claim that names the user and never changes. */
  readonly claim: string
}

/** The claim `iss` of our own tokens. */
export const ownIssuer = 'holdfast'
const maxIssuers = 20
const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u

const schema = z
  .array(
    z.strictObject({
      issuer: z.string().min(1),
      jwks: z.string().min(1),
      audience: z.string().min(1),
      claim: z.string().min(1).default('sub'),
    }),
  )
  .max(maxIssuers)

/**
 * `JWT_TRUSTED_ISSUERS`: a JSON array of `{ issuer, jwks, audience, claim = "sub" }`, at most 20.
 * @throws what `fail` makes of the first thing that is wrong
 */
export function readTrustedIssuers(value: string | undefined, fail: Fail): TrustedIssuer[] {
  if (value === undefined) return []
  const entries = checkSetting(schema, parseJsonSetting(value, fail), (path, message) => fail(`${path}: ${message}`))
  const issuers = entries.map(({ jwks, ...entry }, index): TrustedIssuer => {
    const failHere: Fail = (message) => fail(`${index}.jwks: ${message}`)
    const url = parseHttpUrl(jwks, 'public keys need none', failHere)
    // Whoever can change the keys on their way can be any user.
    if (url.protocol === 'http:' && !loopback.test(url.hostname)) throw failHere('must be an https:// address')
    return { ...entry, jwks: url }
  })
  const names = issuers.map(({ issuer }) => issuer)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw fail(`"${twice}" is there twice`)
  if (names.includes(ownIssuer)) throw fail(`"${ownIssuer}" is the issuer of this server's own tokens`)
  return issuers
}
