/** One message of Postgres' protocol. `type` is empty for the first one of a client, which has none. */
export interface Frame {
  readonly type: string
  /** With its type and length, as it was sent. */
  readonly bytes: Buffer
}

/**
 * Cuts a stream of Postgres' protocol (version 3, without TLS) into messages.
 * @param side a client begins with a message that has no type byte
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function createFrameReader(side: 'client' | 'server'): (bytes: Buffer) => Frame[] {
  let rest: Buffer = Buffer.alloc(0)
  let isFirst = side === 'client'
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    const frames: Frame[] = []
    for (;;) {
      const head = isFirst ? 0 : 1
      if (rest.length < head + 4) return frames
      const length = head + rest.readInt32BE(head)
      if (rest.length < length) return frames
      frames.push({ type: isFirst ? '' : String.fromCodePoint(rest[0] ?? 0), bytes: rest.subarray(0, length) })
      rest = rest.subarray(length)
      isFirst = false
    }
  }
}

/** Knows the text of the statement that a client's message has run; null for all other messages. */
export function createStatementReader(): (frame: Frame) => string | null {
  const prepared = new Map<string, string>()
  return ({ type, bytes }) => {
    if (type === 'Q') return readText(bytes, 5)
    if (type === 'P') {
      const name = readText(bytes, 5)
      prepared.set(name, readText(bytes, 5 + Buffer.byteLength(name) + 1))
    }
    if (type !== 'B') return null
    const portal = readText(bytes, 5)
    return prepared.get(readText(bytes, 5 + Buffer.byteLength(portal) + 1)) ?? null
  }
}

/** A text that ends with a zero byte. */
function readText(bytes: Buffer, from: number): string {
  return bytes.toString('utf8', from, bytes.indexOf(0, from))
}
