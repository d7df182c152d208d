import { createLoneEndFinder, overlap, type FoundEnd } from './lone-end-finder.ts'

/** A piece of an answer: what is said, or what is thought before. */
export interface SplitText {
  readonly type: 'text' | 'reasoning'
  readonly text: string
}

/** `was-reasoning`: all text before it was thought. */
export type SplitPiece = SplitText | { readonly type: 'was-reasoning' }

/**
 * Parts the thoughts that local models write at the very start of their answer, between `<think>` and `</think>`, from the answer.
 * A tag may be split over any number of chunks. Later in an answer the tag is text like any other: the answer may be about it. Where
 * only `</think>` comes, since a template has opened the thoughts, what was said before it is found out to be thoughts.
 */
export interface ThinkSplitter {
  push(text: string): SplitPiece[]
  /** The text that was held back because it could have been the start of a tag. */
  flush(): SplitPiece[]
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
  const loneEnd = createLoneEndFinder()

  const pushStart = (text: string): SplitPiece[] => {
    held += text
    const opened = opening.exec(held)
    if (!opened) return maybeOpening.test(held) ? [] : pushText(takeHeld())
    const rest = held.slice(opened[0].length)
    held = ''
    closing = `</${opened[1]}>`
    state = 'thinking'
    return pushThinking(rest)
  }

  const pushThinking = (text: string): SplitPiece[] => {
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
    loneEnd.stop()
    return toPieces('text', said)
  }

  const pushText = (text: string): SplitPiece[] => {
    state = 'text'
    return foundToPieces(loneEnd.push(text))
  }

  const foundToPieces = ({ before, after }: FoundEnd): SplitPiece[] => {
    if (after === null) return toPieces('text', before)
    state = 'after'
    return [...toPieces('text', before), { type: 'was-reasoning' }, ...pushAfter(after)]
  }

  const takeHeld = (): string => {
    const text = held
    held = ''
    return text
  }

  return {
    push(text) {
      if (state === 'text') return pushText(text)
      if (state === 'start') return pushStart(text)
      return state === 'thinking' ? pushThinking(text) : pushAfter(text)
    },
    flush() {
      if (state === 'thinking') return toPieces('reasoning', takeHeld())
      return [...(held === '' ? [] : pushText(takeHeld())), ...foundToPieces(loneEnd.flush())]
    },
  }
}

function toPieces(type: SplitText['type'], text: string): SplitText[] {
  return text === '' ? [] : [{ type, text }]
}

/** A pattern for every beginning of a tag, up to the tag without its end. */
function toPrefixes(name: string): string {
  return [...name].reduceRight((rest, character) => `${character}(${rest})?`, '')
}
