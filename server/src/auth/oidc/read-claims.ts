import { decodeJwt } from 'jose'
import { z } from 'zod'
import { nameSchema } from '../profile.ts'

/** Somebody whom a provider has authenticated. */
export interface OidcPerson {
  readonly sub: string
  /** In lower case. Null: the provider did not tell one. */
  readonly email: string | null
  readonly emailVerified: boolean
  readonly name: string
  readonly groups: readonly string[]
}

const timeoutMs = 5_000
const maxSubjectLength = 255
const emailSchema = z.email()

/**
 * The person of an ID token that was verified already. What it leaves out is asked of the provider's userinfo endpoint. Null: the token is
 * not one that can be used. Rejects when that endpoint cannot be asked.
 */
export async function readClaims(
  tokens: { readonly idToken?: string | undefined; readonly accessToken?: string | undefined },
  { clientId, userInfoUrl }: { readonly clientId: string; readonly userInfoUrl: string | undefined },
): Promise<OidcPerson | null> {
  if (tokens.idToken === undefined) return null
  const claims = decodeJwt(tokens.idToken)
  const { sub, exp, azp } = claims
  if (typeof sub !== 'string' || sub === '' || sub.length > maxSubjectLength || exp === undefined) return null
  // Issued to another client of the same provider.
  if (azp !== undefined && azp !== clientId) return null
  const isComplete = claims['email'] !== undefined && claims['groups'] !== undefined
  const more =
    isComplete || userInfoUrl === undefined || tokens.accessToken === undefined
      ? {}
      : await readUserInfo(userInfoUrl, tokens.accessToken, sub)
  return toPerson(sub, { ...more, ...claims })
}

/** What the userinfo endpoint says; nothing when it speaks of somebody else. */
async function readUserInfo(url: string, accessToken: string, sub: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  })
  if (!response.ok) throw new Error(`the userinfo endpoint answered ${response.status}`)
  const info: unknown = await response.json()
  if (typeof info !== 'object' || info === null) return {}
  return 'sub' in info && info.sub === sub ? { ...info } : {}
}

function toPerson(sub: string, claims: Readonly<Record<string, unknown>>): OidcPerson {
  const email = emailSchema.safeParse(claims['email'])
  const { groups } = claims
  const names = [claims['name'], claims['preferred_username'], email.data?.split('@', 1)[0]]
  const name = names.map((each) => nameSchema.safeParse(each)).find(({ success }) => success)?.data ?? 'User'
  return {
    sub,
    email: email.success ? email.data.toLowerCase() : null,
    emailVerified: email.success && claims['email_verified'] === true,
    name,
    groups: (Array.isArray(groups) ? groups : [groups]).filter((group) => typeof group === 'string'),
  }
}
