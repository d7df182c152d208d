/** A provider that asks for more than this has a clock that is wrong. */
const maxRetryAfterMs = 366 * 24 * 3_600_000

/**
 * The wait that a provider asks for, in milliseconds: `retry-after-ms`, `retry-after` in seconds or as a date (RFC
 * 9110 §10.2.3), Gemini's `retryDelay` in the body, or Groq's and OpenAI's "try again in 7m12s". Null when it does not ask.
 */
export function readRetryAfterMs(headers: Headers, body: string, now = Date.now()): number | null {
  const asked =
    readMs(headers.get('retry-after-ms'), 1) ??
    readMs(headers.get('retry-after'), 1000) ??
    readDate(headers, now) ??
    readDelay(body) ??
    readSaid(body)
  return asked === null ? null : Math.min(Math.max(0, Math.round(asked)), maxRetryAfterMs)
}

function readMs(value: string | null, unitMs: number): number | null {
  return value !== null && /^\s*\d+(?:\.\d+)?\s*$/u.test(value) ? Number(value) * unitMs : null
}

function readDate(headers: Headers, now: number): number | null {
  const at = Date.parse(headers.get('retry-after') ?? '')
  return Number.isNaN(at) ? null : at - now
}

function readDelay(body: string): number | null {
  const seconds = /"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"/u.exec(body)?.[1]
  return seconds === undefined ? null : Number(seconds) * 1000
}

function readSaid(body: string): number | null {
  const said = /try again in ((?:\d+(?:\.\d+)?\s?(?:ms|[dhms])(?![a-z]))+)/iu.exec(body)?.[1]
  if (said === undefined) return null
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
  return [...said.matchAll(/(\d+(?:\.\d+)?)\s?(ms|[dhms])/giu)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[(unit ?? '').toLowerCase()] ?? 0),
    0,
  )
}
