/** Text before a closing tag, and after it. `after` is null: no tag was found, and all of the text is before. */
export interface FoundEnd {
  readonly before: string
  readonly after: string | null
}

/**
 * Finds a `</think>` that nothing has opened, in a text that comes in pieces. A tag that a text is about is left alone: after a `<think>`,
 * in a fence, behind a backtick or a quotation mark, and in the middle of a sentence.
 */
export interface LoneEndFinder {
  push(text: string): FoundEnd
  /** The end of the text: what was held back. */
  flush(): FoundEnd
  /** From now on everything is text. */
  stop(): void
}

const tags = ['</think>', '</thinking>', '</thought>'] as const
const tag = /<\/(?:think|thinking|thought)>/u
const opened = /<(?:think|thinking|thought)\b/u
const sentenceEnd = /[.!?。！？…]["'”’)\]*]{0,3}\s*$/u
const quoted = /["'`“‘«(]$/u
const fence = /^ {0,3}(?:```|~~~)/u
/** What has to be remembered of the text before a tag. */
const recentLength = 64
const lineStartLength = 8

export function createLoneEndFinder(): LoneEndFinder {
  let isStopped = false
  let isFenced = false
  let recent = ''
  let lineStart = ''
  let held = ''

  const see = (text: string): string => {
    if (opened.test(recent + text)) isStopped = true
    recent = (recent + text).slice(-recentLength)
    const [first = '', ...lines] = text.split('\n')
    lineStart = (lineStart + first.slice(0, lineStartLength)).slice(0, lineStartLength)
    for (const line of lines) {
      if (fence.test(lineStart)) isFenced = !isFenced
      lineStart = line.slice(0, lineStartLength)
    }
    return text
  }

  /** Whether a tag behind what was seen ends thoughts. Null: the rest of its line will tell. */
  const isEnd = (after: string): boolean | null => {
    if (isFenced || quoted.test(recent)) return false
    const line = recent.slice(recent.lastIndexOf('\n') + 1)
    if (line.trim() === '' || sentenceEnd.test(line)) return true
    if (/^[ \t\r]*\n/u.test(after)) return true
    return /^[ \t\r]*$/u.test(after) ? null : false
  }

  const release = (): FoundEnd => {
    const before = held
    held = ''
    return { before, after: null }
  }

  const find = (isLast: boolean): FoundEnd => {
    let before = ''
    while (!isStopped) {
      const found = tag.exec(held)
      if (!found) {
        const kept = isLast ? 0 : Math.max(...tags.map((each) => overlap(held, each)))
        before += see(held.slice(0, held.length - kept))
        held = held.slice(held.length - kept)
        return isStopped ? { before: before + release().before, after: null } : { before, after: null }
      }
      before += see(held.slice(0, found.index))
      held = held.slice(found.index)
      if (isStopped) break
      const after = held.slice(found[0].length)
      const decision = isEnd(after) ?? (isLast ? true : null)
      if (decision === null) return { before, after: null }
      if (decision) {
        held = ''
        isStopped = true
        return { before, after }
      }
      before += see(found[0])
      held = after
    }
    return { before: before + release().before, after: null }
  }

  return {
    push(text) {
      held += text
      return find(false)
    },
    flush: () => find(true),
    stop() {
      isStopped = true
    },
  }
}

/** The number of characters at the end of `text` that could be the start of `tag`. */
export function overlap(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length -= 1) {
    if (tag.startsWith(text.slice(-length))) return length
  }
  return 0
}
