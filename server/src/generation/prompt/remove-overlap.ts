/** UTF-16 units. Shorter repetitions are ordinary language ("the the"), not an overlap. */
const shortestOverlap = 16

/** Changes a text that comes in pieces. `push` takes the next piece, and `end` gives what is still held back when the text has ended. */
export interface TextFilter {
  readonly push: (text: string) => string
  readonly end: () => string
}

/**
 * For continued answers: models tend to repeat the end of what they wrote, or all of it. `push` holds back what may still turn out to
 * repeat the end of `before`, and returns the rest. One remover is for one text: another try of the model starts with another remover.
 *
 * A pattern that goes on, such as the dashes of a table or a refrain, reads the same whether it was repeated or continued. It stays: a
 * line too many does less harm than a lost one.
 */
export function createOverlapRemover(before: string): TextFilter {
  let held: string | null = ''
  /** The first place from which `before` says the same as `held`. */
  let from = 0

  function release(): string {
    if (held === null) return ''
    const text = held
    held = null
    const length = measureOverlap(before, text)
    return length < shortestOverlap || isPattern(before, text.slice(0, length)) ? text : text.slice(length)
  }

  return {
    push: (text) => {
      if (held === null) return text
      const continues = before.startsWith(text, from + held.length)
      held += text
      if (!continues) from = before.indexOf(held, from + 1)
      const mayRepeat = from !== -1 && from <= before.length - shortestOverlap && from + held.length < before.length
      return mayRepeat ? '' : release()
    },
    end: release,
  }
}

/** The length of the longest end of `before` that `text` begins with. */
function measureOverlap(before: string, text: string): number {
  const borders = toBorders(text)
  let length = 0
  for (let index = Math.max(0, before.length - text.length); index < before.length; index += 1) {
    const unit = before.charCodeAt(index)
    while (length > 0 && (length === text.length || text.charCodeAt(length) !== unit)) length = borders[length - 1] ?? 0
    if (text.charCodeAt(length) === unit) length += 1
  }
  return length
}

/** Whether `overlap`, which `before` ends with, consists of a repeated shorter text, or `before` says it twice in succession. */
function isPattern(before: string, overlap: string): boolean {
  const period = overlap.length - (toBorders(overlap).at(-1) ?? 0)
  return period * 2 <= overlap.length || before.endsWith(overlap + overlap)
}

/** For each beginning of `text`, the length of the longest shorter text that it both begins and ends with (Knuth, Morris and Pratt). */
function toBorders(text: string): Int32Array {
  const borders = new Int32Array(text.length)
  let length = 0
  for (let index = 1; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    while (length > 0 && text.charCodeAt(length) !== unit) length = borders[length - 1] ?? 0
    if (text.charCodeAt(length) === unit) length += 1
    borders[index] = length
  }
  return borders
}
