import { isRecord, readText, type JsonRecord } from './read-json.ts'

/** Thoughts as OpenRouter streams them: typed pieces, some of them encrypted or signed, which have to go back whole and in order. */
export interface ReasoningDetails {
  add(details: unknown): void
  all(): readonly JsonRecord[]
}

const growing = ['text', 'summary', 'data'] as const

export function createReasoningDetails(): ReasoningDetails {
  const pieces: Record<string, unknown>[] = []

  const merge = (into: Record<string, unknown>, detail: JsonRecord): void => {
    for (const [key, value] of Object.entries(detail)) {
      const grows = (growing as readonly string[]).includes(key) && typeof value === 'string'
      if (grows) into[key] = (readText(into[key]) ?? '') + value
      else if (value !== null && value !== undefined) into[key] = value
    }
  }

  return {
    add(details) {
      if (!Array.isArray(details)) return
      for (const detail of details.filter(isRecord)) {
        const last = pieces.at(-1)
        const goesOn = last && last['type'] === detail['type'] && (last['index'] ?? 0) === (detail['index'] ?? 0)
        if (goesOn) merge(last, detail)
        else pieces.push({ ...detail })
      }
    },
    all: () => pieces,
  }
}
