import { none } from 'stream-chain/core'
import Assembler from 'stream-json/core/assembler.js'
import { jsonParser, type Token } from 'stream-json/core/parser.js'
import { ImportFileError } from './import-file.ts'

/** Where a value stands in its document: the keys above it, `[]` for any place in an array. */
export type JsonPath = readonly string[]

export interface JsonValue {
  readonly path: JsonPath
  /** Undefined when the value is larger than what is held of any. */
  readonly value: unknown
}

export type JsonKind = 'object' | 'array' | 'scalar'

export interface ReadJsonOptions {
  /** Whether the value that begins at this path is wanted as a whole. What is inside of it is not asked about. */
  readonly wants: (path: JsonPath, kind: JsonKind) => boolean
  /** Called with each value that is neither wanted nor inside of a wanted one: a scalar as it is, undefined for an object or array. */
  readonly onOther?: (path: JsonPath, value: unknown) => void
  /** Characters of the document that one value may take; a longer one is skipped. */
  readonly maxLength?: number
}

const defaultMaxLength = 64 * 1024 * 1024
/** Deeper than any history, and far from what overflows a stack. */
const maxDepth = 20_000

/**
 * The wanted values of a JSON document of any size, one after the other: no more than one value is held at a time.
 * @throws ImportFileError when the document is not JSON or ends too early
 */
export async function* readJsonValues(stream: AsyncIterable<Uint8Array>, options: ReadJsonOptions): AsyncGenerator<JsonValue> {
  const { wants, onOther, maxLength = defaultMaxLength } = options
  const keys: string[] = []
  let assembler: Assembler | null = null
  /** The depth of the wanted value that is being read; null outside of one. */
  let wantedDepth: number | null = null
  let length = 0
  let sinceToken = 0
  let found: JsonValue[] = []

  const finishValue = () => {
    if (keys.at(-1) !== '[]') keys.pop()
  }

  const read = (token: Token) => {
    const { name } = token
    if (name === 'keyValue') {
      if (wantedDepth === null) keys.push(token.value)
      else assembler?.consume(token)
      return
    }
    const isStart = name === 'startObject' || name === 'startArray'
    const isEnd = name === 'endObject' || name === 'endArray'
    if (wantedDepth !== null) {
      assembler?.consume(token)
      if (isStart) wantedDepth += 1
      if (wantedDepth > maxDepth) throw new ImportFileError('The file is nested too deeply')
      if (isEnd) {
        wantedDepth -= 1
        if (wantedDepth === 0) {
          found.push({ path: [...keys], value: assembler ? (assembler.current as unknown) : undefined })
          wantedDepth = null
          assembler = null
          finishValue()
        }
      }
      return
    }
    if (isEnd) {
      if (name === 'endArray') keys.pop()
      finishValue()
      return
    }
    if (keys.length > maxDepth) throw new ImportFileError('The file is nested too deeply')
    if (isStart) {
      if (wants(keys, name === 'startArray' ? 'array' : 'object')) {
        assembler = new Assembler()
        wantedDepth = 1
        length = 0
        assembler?.consume(token)
        return
      }
      onOther?.(keys, undefined)
      if (name === 'startArray') keys.push('[]')
      return
    }
    const value = tokenToScalar(token)
    if (wants(keys, 'scalar')) found.push({ path: [...keys], value })
    else onOther?.(keys, value)
    finishValue()
  }

  const parse = jsonParser({ packValues: true, streamValues: false })
  const take = (chunk: string | typeof none) => {
    try {
      const out = parse(chunk as string)
      if (out === none) sinceToken += typeof chunk === 'string' ? chunk.length : 0
      else {
        sinceToken = 0
        const tokens: readonly Token[] =
          'values' in (out as object) ? (out as { values: Token[] }).values : [out as unknown as Token]
        for (const token of tokens) read(token)
      }
    } catch (error) {
      if (error instanceof ImportFileError) throw error
      throw new ImportFileError('The file is not complete JSON', { cause: error })
    }
    // One piece of text longer than a value may be: nothing comes from it before it ends.
    if (sinceToken > maxLength) throw new ImportFileError('The file holds a text that is too long')
    if (wantedDepth === null) return
    length += typeof chunk === 'string' ? chunk.length : 0
    if (length > maxLength) assembler = null
  }

  const decoder = new TextDecoder('utf-8', { ignoreBOM: false })
  for await (const bytes of stream) {
    const chunk = decoder.decode(bytes, { stream: true })
    if (chunk === '') continue
    take(chunk)
    const values = found
    found = []
    yield* values
  }
  const rest = decoder.decode()
  if (rest !== '') take(rest)
  take(none)
  yield* found
}

function tokenToScalar(token: Token): unknown {
  if (token.name === 'numberValue') return Number(token.value)
  return 'value' in token ? token.value : undefined
}
