/** As long as this, a piece that repeats the whole answer is no coincidence. */
export const leastRepeated = 16
/** Shorter ones, such as `1`, `11`, `111`, may be pieces of an answer of their own. */
const leastGrown = 8
const leastChain = 3

/** Reads the pieces of one text, from servers that send what is new in each piece, and from those that send everything so far. */
export interface PieceReader {
  /** What is new in a piece. Empty while it is not clear yet whether the pieces repeat each other. */
  push(piece: string): string
  /** Takes what was read in another way as said. */
  add(text: string): void
  /** What is still held back. */
  flush(): string
  readonly said: string
  /** Every piece gives everything so far. */
  readonly isWhole: boolean
}

/**
 * A piece that begins with everything that was said before is held back until the next one: in an answer that comes in pieces the next
 * one does not begin with it, too. Nearly every answer ends this doubt with its second piece.
 */
export function createPieceReader(): PieceReader {
  let state: 'unclear' | 'new' | 'whole' = 'unclear'
  let said = ''
  let held: string[] = []
  let count = 0

  const say = (text: string): string => {
    said += text
    return text
  }
  const release = (): string => {
    const text = held.join('')
    held = []
    return say(text)
  }
  /** The newest of the held pieces contains the others. */
  const settle = (): string => {
    const last = held.at(-1) ?? ''
    held = []
    state = 'whole'
    return say(last.slice(said.length))
  }

  const pushWhole = (piece: string): string => {
    if (piece.startsWith(said)) return say(piece.slice(said.length))
    return said.startsWith(piece) ? '' : say(piece)
  }

  return {
    push(piece) {
      if (piece === '') return ''
      if (state === 'whole') return pushWhole(piece)
      if (state === 'new') return say(piece)
      count += 1
      if (count === 1) return say(piece)
      const before = held.at(-1) ?? said
      if (!piece.startsWith(before) || (piece === before && held.length === 0)) {
        state = 'new'
        return release() + say(piece)
      }
      held.push(piece)
      return count >= leastChain && piece.length >= leastGrown && new Set(piece).size > 1 ? settle() : ''
    },
    add(text) {
      if (text !== '') state = state === 'unclear' ? 'new' : state
      said += text
    },
    flush() {
      if (held.length === 0) return ''
      if (said.length >= leastRepeated) return settle()
      state = 'new'
      return release()
    },
    get said() {
      return said
    },
    get isWhole() {
      return state === 'whole'
    },
  }
}
