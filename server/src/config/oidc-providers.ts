import { z } from 'zod'
import { checkSetting, parseHttpUrl, parseJsonSetting, type Fail } from '../platform/settings-file.ts'

/** An OpenID Connect provider by which people sign in. */
export interface OidcProvider {
  /** Part of the redirect address, so it stays. */
  readonly id: string
  /** What the page calls it. */
  readonly name: string
  /** The claim `iss` of its tokens, and where its discovery document is. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Members of this group (claim `groups`) administer the server. Null: the provider decides about no role. */
  readonly adminGroup: string | null
}

const maxProviders = 10
const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u
const defaultId = 'oidc'
/** Names under which accounts are kept already. */
const takenIds = ['credential']

const schema = z
  .array(
    z.strictObject({
      id: z
        .string()
        .regex(/^[a-z0-9-]{1,40}$/u, 'must be 1 to 40 of a-z, 0-9 and -')
        .refine((id) => !takenIds.includes(id), 'is taken'),
      name: z.string().trim().min(1).max(60),
      issuer: z.string().min(1),
      clientId: z.string().min(1),
      clientSecret: z.string().min(1),
      adminGroup: z.string().min(1).optional(),
    }),
  )
  .max(maxProviders)

/** What the environment says. Blank counts as unset. */
export interface OidcVariables {
  readonly OIDC_ISSUER?: string | undefined
  readonly OIDC_CLIENT_ID?: string | undefined
  readonly OIDC_CLIENT_SECRET?: string | undefined
  readonly OIDC_ADMIN_GROUP?: string | undefined
  readonly OIDC_PROVIDERS?: string | undefined
}

/**
 * The provider of `OIDC_ISSUER`, `OIDC_CLIENT_ID`, `OIDC_CLIENT_SECRET` and `OIDC_ADMIN_GROUP`, whose id is `oidc`, and those of
 * `OIDC_PROVIDERS`: a JSON array of `{ id, name, issuer, clientId, clientSecret, adminGroup? }`, at most 10.
 * @throws what `fail` makes of the first thing that is wrong; its text names the variable and holds no secret
 */
export function readOidcProviders(env: OidcVariables, fail: Fail): OidcProvider[] {
  const single = readSingle(env, fail)
  const failList: Fail = (message) => fail(`OIDC_PROVIDERS: ${message}`)
  const value = env.OIDC_PROVIDERS
  const entries =
    value === undefined
      ? []
      : checkSetting(schema, parseJsonSetting(value, failList), (path, message) => failList(`${path}: ${message}`))
  const listed = entries.map(({ adminGroup, issuer, ...entry }, index): OidcProvider => {
    checkIssuer(issuer, (message) => failList(`${index}.issuer: ${message}`))
    return { ...entry, issuer, adminGroup: adminGroup ?? null }
  })
  const all = [...single, ...listed]
  const ids = all.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw failList(`the id "${twice}" is there twice`)
  return all
}

function readSingle(env: OidcVariables, fail: Fail): OidcProvider[] {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, OIDC_ADMIN_GROUP: adminGroup } = env
  if (issuer === undefined && clientId === undefined && clientSecret === undefined && adminGroup === undefined) return []
  if (issuer === undefined) throw fail('OIDC_ISSUER: is missing')
  if (clientId === undefined) throw fail('OIDC_CLIENT_ID: is missing')
  if (clientSecret === undefined) throw fail('OIDC_CLIENT_SECRET: is missing')
  const { hostname } = checkIssuer(issuer, (message) => fail(`OIDC_ISSUER: ${message}`))
  return [{ id: defaultId, name: hostname, issuer, clientId, clientSecret, adminGroup: adminGroup ?? null }]
}

function checkIssuer(issuer: string, fail: Fail): URL {
  const url = parseHttpUrl(issuer, 'the client has a secret of its own', fail)
  // Whoever can change its answers on their way can be any user.
  if (url.protocol === 'http:' && !loopback.test(url.hostname)) throw fail('must be an https:// address')
  if (url.search !== '' || url.hash !== '') throw fail('must have no query')
  return url
}
