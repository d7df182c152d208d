const maxLength = 300
/** Keys as providers write them, and whatever stands where a key does. */
const keys =
  /\b(?:sk|pk|rk|gsk|xai|hf|nvapi|pplx|tgp|ghp|eyJ|AIza)[-_]?[\w.*-]{6,}|\bBearer\s+\S+|(?<=api[ _-]?key[^:=]{0,20}[:=]\s*)\S+/giu

/** The text of a provider's refusal for the operator's log: in one line, cut, without keys. `secrets`: further texts to mask. */
export function toLoggedText(text: string, secrets: readonly string[] = []): string {
  const masked = secrets.reduce((left, secret) => (secret.length > 3 ? left.replaceAll(secret, '***') : left), text)
  const line = masked.replaceAll(keys, '***').replaceAll(/\s+/gu, ' ').trim()
  return line.length > maxLength ? `${line.slice(0, maxLength).toWellFormed()}…` : line
}
