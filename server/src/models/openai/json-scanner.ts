/** Follows a JSON object that arrives in pieces and knows when it is whole, without parsing it again for each piece. */
export interface JsonScanner {
  /** True when an object or array has been opened and everything is closed again. */
  readonly isWhole: boolean
  push(fragment: string): void
}

export function createJsonScanner(): JsonScanner {
  let depth = 0
  let opened = false
  let inString = false
  let escaped = false
  return {
    get isWhole() {
      return opened && depth === 0
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
