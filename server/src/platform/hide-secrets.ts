/** What a token looks like, whoever made it: three parts of base64, one of ours, or whatever stands behind `Bearer`. */
const tokens = /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*|\bpat_[\w-]{10,}|\bBearer\s+[^\s"\\]+/giu
/** A shorter text is part of other words. */
const shortestSecret = 6
/** Of secrets that are not used any more, so many are remembered: what began with one of them may still fail. */
const maxFormer = 1_000

/**
 * Masks tokens and secrets in lines of JSON: the last resort, when an error of a library or the answer of another server repeats what it
 * was sent.
 */
export interface SecretMask {
  readonly mask: (line: string) => string
  /** Masks these as well from now on. Call it with all that are in use whenever they change; those of before are remembered for a while. */
  readonly hide: (secrets: readonly string[]) => void
}

/** @param secrets that never change */
export function createSecretMask(secrets: readonly string[] = []): SecretMask {
  const added = new Set<string>()
  let known = toTexts(secrets)
  return {
    mask: (line) => known.reduce((left, text) => left.replaceAll(text, '***'), line).replaceAll(tokens, '***'),
    hide: (inUse) => {
      for (const secret of inUse) {
        added.delete(secret)
        added.add(secret)
      }
      for (const oldest of added) {
        if (added.size <= inUse.length + maxFormer) break
        added.delete(oldest)
      }
      known = toTexts([...secrets, ...added])
    },
  }
}

/** The forms in which secrets stand in a line. */
function toTexts(secrets: readonly string[]): string[] {
  const texts = secrets
    .filter((secret) => secret.length >= shortestSecret)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
  // The longest first: one may be the beginning of another.
  return [...new Set(texts)].toSorted((a, b) => b.length - a.length)
}
