import type { Id, Message } from '@holdfast/shared'
import { countIn, foldText } from './fold-text.ts'
import { markdownToPlain } from '../model/markdown-to-plain.ts'

/** A message with matches. */
export interface Hit {
  readonly messageId: Id
  /** The number of matches in it, and in all messages before it. */
  readonly count: number
  readonly before: number
}

export interface Hits {
  readonly hits: readonly Hit[]
  readonly total: number
}

/** One match: its message, and its index in the message, from 0. */
export interface Match {
  readonly messageId: Id
  readonly ordinal: number
}

export const noHits: Hits = { hits: [], total: 0 }

/** The text of a message for comparing, marks included: each key typed looks through all of them. */
const foldedSources = new WeakMap<Message, string>()
const foldedTexts = new WeakMap<Message, string>()

/**
 * Finds a text in messages. Results are cached by message for this query, so that only a growing answer is read again.
 */
export function createFinder(query: string): (messages: readonly Message[]) => Hits {
  const wanted = foldText(query).trim()
  // Markdown syntax may stand between words, but the longest word stands in the source as it is.
  const word = wanted.split(/[^\p{L}\p{N}]+/u).reduce((longest, next) => (next.length > longest.length ? next : longest), '')
  const counts = new WeakMap<Message, number>()
  const count = (message: Message) => {
    const known = counts.get(message)
    if (known !== undefined) return known
    const source = remembered(foldedSources, message, ({ content }) => foldText(content))
    const found = source.includes(word) ? countIn(remembered(foldedTexts, message, toFolded), wanted) : 0
    counts.set(message, found)
    return found
  }
  return (messages) => {
    if (wanted === '') return noHits
    const hits: Hit[] = []
    let total = 0
    for (const message of messages) {
      const found = message.role === 'system' ? 0 : count(message)
      if (found > 0) hits.push({ messageId: message.id, count: found, before: total })
      total += found
    }
    return { hits, total }
  }
}

/** The match after or before another one; the last is followed by the first. */
export function stepMatch({ hits, total }: Hits, from: Match | null, step: 1 | -1): Match | null {
  if (total === 0) return null
  const index = from ? (positionOf({ hits, total }, from) ?? 0) - 1 : step === 1 ? -1 : 0
  return matchAt(hits, (index + step + total) % total)
}

/** From 1; null when it is not there any more. */
export function positionOf({ hits }: Hits, match: Match | null): number | null {
  const hit = match && hits.find(({ messageId }) => messageId === match.messageId)
  return hit ? hit.before + Math.min(match.ordinal, hit.count - 1) + 1 : null
}

function matchAt(hits: readonly Hit[], index: number): Match | null {
  const hit = hits.find(({ before, count }) => index >= before && index < before + count)
  return hit ? { messageId: hit.messageId, ordinal: index - hit.before } : null
}

/** Counts the matches of a query in a part of an answer's text. */
export function countInMarkdown(markdown: string, query: string): number {
  const wanted = foldText(query).trim()
  return wanted === '' ? 0 : countIn(foldText(markdownToPlain(markdown)), wanted)
}

function toFolded({ role, parts }: Message): string {
  const texts = parts.flatMap((part) => (part.type === 'text' || part.type === 'remark' ? [part.text] : []))
  return foldText((role === 'user' ? texts : texts.map(markdownToPlain)).join('\n'))
}

function remembered(values: WeakMap<Message, string>, message: Message, read: (message: Message) => string): string {
  const known = values.get(message)
  if (known !== undefined) return known
  const value = read(message)
  values.set(message, value)
  return value
}
