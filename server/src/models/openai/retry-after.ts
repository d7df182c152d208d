/** No provider is waited for longer than this, whatever it asks. */
const maxRetryAfterMs = 60_000

/**
 * How long a provider asks to wait, in milliseconds, at most 60 000: `retry-after-ms`, `retry-after` in seconds or as a date (RFC
 * 9110 §10.2.3), or Gemini's `retryDelay` in the body. Null when it does not ask.
 */
export function readRetryAfterMs(headers: Headers, body: string, now = Date.now()): number | null {
  const asked =
    readMs(headers.get('retry-after-ms'), 1) ??
    readMs(headers.get('retry-after'), 1000) ??
    readDate(headers, now) ??
    readDelay(body)
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
