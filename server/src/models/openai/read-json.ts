/** Reading JSON of which nothing is certain: providers leave out, rename and mistype every field of the format. */
export type JsonRecord = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Null unless it is an object. */
export function readRecord(value: unknown): JsonRecord | null {
  return isRecord(value) ? value : null
}

/** Null unless it is a text with something in it. */
export function readText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

const maxCount = 2 ** 31 - 1

/** A count: zero or more, rounded down. Null for anything else, and for a number that no count can reach. */
export function readCount(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= maxCount ? Math.floor(value) : null
}
