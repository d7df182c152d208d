/** A piece of an answer: what is said, or what is thought before. */
export interface SplitText {
  readonly type: 'text' | 'reasoning'
  readonly text: string
}

/**
 * Parts the thoughts that local models write at the very start of their answer, between `<think>` and `</think>`, from the answer.
 * A tag may be split over any number of chunks. Later in an answer the tag is text like any other: the answer may be about it.
 */
export interface ThinkSplitter {
  push(text: string): SplitText[]
  /** What was held back because it could have been the start of a tag. */
  flush(): SplitText[]
}

const names = ['think', 'thinking', 'thought'] as const
// The white space before a tag has an end, so that an answer of nothing else is not held back.
const opening = /^\s{0,64}<(think|thinking|thought)>/u
const maybeOpening = new RegExp(`^\\s{0,64}(<(${names.map(toPrefixes).join('|')})?)?$`, 'u')

export function createThinkSplitter(): ThinkSplitter {
  let state: 'start' | 'thinking' | 'after' | 'text' = 'start'
  let held = ''
  let closing = ''
  let hasThought = false

  const pushStart = (text: string): SplitText[] => {
    held += text
    const opened = opening.exec(held)
    if (!opened) return maybeOpening.test(held) ? [] : release('text')
    const rest = held.slice(opened[0].length)
    held = ''
    closing = `</${opened[1]}>`
    state = 'thinking'
    return pushThinking(rest)
  }

  const pushThinking = (text: string): SplitText[] => {
    held = hasThought ? held + text : (held + text).trimStart()
    hasThought ||= held !== ''
    const end = held.indexOf(closing)
    if (end === -1) {
      const kept = overlap(held, closing)
      const thought = held.slice(0, held.length - kept)
      held = held.slice(held.length - kept)
      return toPieces('reasoning', thought)
    }
    const thought = held.slice(0, end)
    const rest = held.slice(end + closing.length)
    held = ''
    state = 'after'
    return [...toPieces('reasoning', thought), ...pushAfter(rest)]
  }

  /** The blank lines between thoughts and answer belong to neither. */
  const pushAfter = (text: string): SplitText[] => {
    const said = text.trimStart()
    if (said !== '') state = 'text'
    return toPieces('text', said)
  }

  const release = (type: SplitText['type']): SplitText[] => {
    const text = held
    held = ''
    state = 'text'
    return toPieces(type, text)
  }

  return {
    push(text) {
      if (state === 'text') return toPieces('text', text)
      if (state === 'start') return pushStart(text)
      return state === 'thinking' ? pushThinking(text) : pushAfter(text)
    },
    flush: () => release(state === 'thinking' ? 'reasoning' : 'text'),
  }
}

function toPieces(type: SplitText['type'], text: string): SplitText[] {
  return text === '' ? [] : [{ type, text }]
}

/** A pattern for every beginning of a tag, up to the tag without its end. */
function toPrefixes(name: string): string {
  return [...name].reduceRight((rest, character) => `${character}(${rest})?`, '')
}

/** How many characters at the end of `text` could be the start of `tag`. */
function overlap(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length -= 1) {
    if (tag.startsWith(text.slice(-length))) return length
  }
  return 0
}
