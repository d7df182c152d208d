/** What a token looks like, whoever made it: three parts of base64, one of ours, or whatever stands behind `Bearer`. */
const tokens = /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*|\bpat_[\w-]{10,}|\bBearer\s+[^\s"\\]+/giu
/** A shorter text is part of other words. */
const shortestSecret = 6

/**
 * Masks tokens and these secrets in lines of JSON: the last resort, when an error of a library or the answer of another server repeats
 * what it was sent.
 */
export function createSecretMask(secrets: readonly string[]): (line: string) => string {
  const known = secrets
    .filter((secret) => secret.length >= shortestSecret)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    // The longest first: one may be the beginning of another.
    .toSorted((a, b) => b.length - a.length)
  return (line) => known.reduce((left, text) => left.replaceAll(text, '***'), line).replaceAll(tokens, '***')
}
