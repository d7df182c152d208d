/** The body of a request, in the order in which its parts stand. */
export interface BodyParts {
  /** The beginning, up to the time of day in the instructions: it differs from call to call. */
  readonly head: string
  /** The rest of the instructions, then each message. They are the same in the next call. */
  readonly pieces: readonly string[]
  /** The tools that were offered. Null: none. */
  readonly tools: string | null
  readonly tail: string
}

/** The end of the line of the instructions that changes with every call: see `defaultInstructions`. */
const endOfTime = /\(UTC[+-]\d\d:\d\d\)\./u

/**
 * Cuts a body into parts that repeat in the next request of the conversation. Joined they are the body, byte by byte: one that is written in
 * another way than our own requests is a single piece.
 */
export function splitBody(body: string): BodyParts {
  const parts = split(body)
  return parts && joinBody(parts) === body ? parts : { head: '', pieces: [body], tools: null, tail: '' }
}

export function joinBody({ head, pieces, tools, tail }: BodyParts): string {
  return head + pieces.join('') + (tools ?? '') + tail
}

function split(body: string): BodyParts | null {
  const entries = Object.entries(toFields(body))
  // Chat Completions and the Responses API.
  const listAt = entries.findIndex(([key, value]) => (key === 'messages' || key === 'input') && Array.isArray(value))
  const list = entries[listAt]
  if (!list) return null
  const opening = `{${[...entries.slice(0, listAt).map(toText), `${JSON.stringify(list[0])}:[`].join(',')}`
  const items = (list[1] as unknown[]).map((item, index) => (index === 0 ? '' : ',') + JSON.stringify(item))
  const after = entries.slice(listAt + 1).map((entry) => `,${toText(entry)}`)
  const toolsAt = entries.slice(listAt + 1).findIndex(([key]) => key === 'tools')
  const offered = after.slice(0, toolsAt + 1).join('')
  const rest = after.slice(toolsAt + 1).join('')
  const [first = '', ...others] = items
  const beginning = opening + first
  const time = endOfTime.exec(beginning)
  const cut = time ? time.index + time[0].length : opening.length
  return {
    head: beginning.slice(0, cut),
    pieces: [beginning.slice(cut), ...others].filter((piece) => piece !== ''),
    ...(toolsAt < 0 ? { tools: null, tail: `]${rest}}` } : { tools: `]${offered}`, tail: `${rest}}` }),
  }
}

function toFields(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function toText([key, value]: readonly [string, unknown]): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`
}
