const pattern = /^bearer +([^\s]+) *$/iu

/**
 * The token of an `Authorization: Bearer …` header (RFC 6750; the scheme's case does not matter). Null for anything
 * else.
 */
export function authorizationToToken(authorization: string | undefined): string | null {
  return authorization === undefined ? null : (pattern.exec(authorization)?.[1] ?? null)
}
