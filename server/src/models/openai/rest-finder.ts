import { createPieceReader, leastRepeated, type PieceReader } from './piece-reader.ts'
import type { SplitText } from './think-splitter.ts'

/** Finds what is new in pieces that may each give the whole answer so far once more. */
export interface RestFinder {
  /** `isWhole`: whether the pieces give the state of the answer. Where that differs from what was said, what people have seen stays. */
  find(pieces: readonly SplitText[], isWhole: 'no' | 'perhaps' | 'certainly'): SplitText[]
  /** The rest that was held back until it was clear what the pieces are. */
  flush(): SplitText[]
  /** Everything that was said in thoughts. */
  readonly reasoning: string
}

const types = ['reasoning', 'text'] as const

export function createRestFinder(): RestFinder {
  const readers: Readonly<Record<SplitText['type'], PieceReader>> = { text: createPieceReader(), reasoning: createPieceReader() }
  const toPieces = (type: SplitText['type'], text: string): SplitText[] => (text === '' ? [] : [{ type, text }])
  const settle = (type: SplitText['type']) => toPieces(type, readers[type].flush())
  const other = (type: SplitText['type']) => (type === 'text' ? 'reasoning' : 'text')
  return {
    find(pieces, isWhole) {
      if (isWhole === 'no') {
        return pieces.flatMap(({ type, text }) => {
          const fresh = toPieces(type, readers[type].push(text))
          // What was held back stands before a piece of the other kind.
          return fresh.length === 0 ? [] : [...settle(other(type)), ...fresh]
        })
      }
      const before = types.flatMap(settle)
      const all = { text: '', reasoning: '' }
      for (const { type, text } of pieces) all[type] += text
      const isRepeat = (type: SplitText['type']) => {
        const { said, isWhole: saysAll } = readers[type]
        if (said === '' || all[type] === '') return false
        return isWhole === 'certainly' || saysAll || (said.length >= leastRepeated && all[type].startsWith(said))
      }
      if (!types.some(isRepeat)) {
        for (const type of types) readers[type].add(all[type])
        return [...before, ...pieces]
      }
      return [
        ...before,
        ...types.flatMap((type) => {
          const { said } = readers[type]
          const rest = !isRepeat(type) ? all[type] : all[type].startsWith(said) ? all[type].slice(said.length) : ''
          readers[type].add(rest)
          return toPieces(type, rest)
        }),
      ]
    },
    flush: () => types.flatMap(settle),
    get reasoning() {
      return readers.reasoning.said
    },
  }
}
