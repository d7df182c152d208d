import { z } from 'zod'

/** What Holdfast reads of a provider's discovery document. */
const documentSchema = z.object({
  issuer: z.string(),
  jwks_uri: z.string(),
  userinfo_endpoint: z.string().optional(),
  scopes_supported: z.array(z.string()).optional(),
})
export type Discovery = z.infer<typeof documentSchema>

const timeoutMs = 5_000

export function issuerToDiscoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/u, '')}/.well-known/openid-configuration`
}

/** Reads a provider's discovery document. Throws an Error, for the log, when it cannot be read or is that of another issuer. */
export async function readDiscovery(issuer: string): Promise<Discovery> {
  const response = await fetch(issuerToDiscoveryUrl(issuer), { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' })
  if (!response.ok) throw new Error(`the discovery document was answered with ${response.status}`)
  const document = documentSchema.parse(await response.json())
  // Tokens are checked against this name: another one would let that issuer's people in.
  if (withoutSlash(document.issuer) !== withoutSlash(issuer)) {
    throw new Error(`the discovery document is that of another issuer: ${document.issuer}`)
  }
  return document
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/u, '')
}
