/** Follows a JSON object that arrives in pieces and knows when it is whole, without parsing it again for each piece. */
export interface JsonScanner {
  /** True when an object or array has been opened and everything is closed again. */
  readonly isWhole: boolean
  /** The most levels that were open at a time. */
  readonly deepest: number
  push(fragment: string): void
}

export function createJsonScanner(): JsonScanner {
  let depth = 0
  let deepest = 0
  let opened = false
  let inString = false
  let escaped = false
  return {
    get isWhole() {
      return opened && depth === 0
    },
    get deepest() {
      return deepest
    },
    push(fragment) {
      for (let index = 0; index < fragment.length; index += 1) {
        const character = fragment[index]
        if (escaped) escaped = false
        else if (inString) {
          if (character === '\\') escaped = true
          else if (character === '"') inString = false
        } else if (character === '"') inString = true
        else if (character === '{' || character === '[') {
          depth += 1
          if (depth > deepest) deepest = depth
          opened = true
        } else if (character === '}' || character === ']') depth -= 1
      }
    },
  }
}

/** Whether a text is JSON of an object, as the arguments of a tool call must be. */
export function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** More levels than this, or more characters, no tool needs; code that walks through JSON overflows its stack at some thousands. */
const maxDepth = 100
const maxLength = 1_000_000
const keptLength = 1_000

/**
 * The arguments of a call as a model wrote them. Some models write nothing, or `null`, for none. A value that is too large or nested
 * too deeply becomes the JSON of a text with its beginning, which no tool takes.
 */
export function toArguments(written: string): string {
  if (/^\s*(?:null\s*)?$/u.test(written)) return '{}'
  const scanner = createJsonScanner()
  scanner.push(written.slice(0, maxLength))
  if (written.length <= maxLength && scanner.deepest <= maxDepth) return written
  return JSON.stringify(`too large or nested too deeply: ${written.slice(0, keptLength)}…`)
}
