import type { Json } from '@holdfast/shared'

// Exports follow no schema that their makers keep, so each value is looked at when it is needed; what is of another kind counts as absent.

export type JsonRecord = Readonly<Record<string, unknown>>

export function toRecord(value: unknown): JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : {}
}

export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A text that is not empty; null for anything else. */
export function toText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

export function toNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** A count as sources write it, with or without a fraction; null for anything that is none. */
export function toCount(value: unknown): number | null {
  const number = toNumber(value)
  return number !== null && number >= 0 && number < 2 ** 31 ? Math.round(number) : null
}

/** JSON in a text, as models write their arguments; the text itself when it is none. */
export function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

/** Arguments or a result that a source keeps either as JSON or as the text of it. */
export function toJson(value: unknown): Json {
  if (value === undefined || value === null) return null
  return typeof value === 'string' ? parseJson(value) : value
}
