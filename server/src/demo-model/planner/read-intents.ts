import { sentenceToInstruction } from './instruction.ts'
import type { Intent } from './intent.ts'
import { maskQuotes } from './quotes.ts'
import { readAct } from './read-act.ts'
import { readCreate } from './read-create.ts'
import { readList } from './read-list.ts'
import { isCourtesy, itemSeparator, joint, textToSegments } from './segments.ts'

const maxLength = 2_000
/** The maximum length of an instruction, quotations aside; a longer sentence is not taken for one. */
const maxSentenceLength = 300
const maxIntents = 10

/** Every instruction has one of these words. Most of what is said has none, and is not looked at any further. */
const mayConcernPlanner =
  /task|to-?do|to do|milestone|goal|chore|errand|\b(?:left|remain|remaining|outstanding|pending|open|due|overdue|done|undone|finish|finished|unfinished|complete|completed|incomplete)\b/iu

/** The planner instructions in a message. `unknown`: the parts that were not understood; if there are any, nothing at all is done. */
export interface ReadIntents {
  readonly intents: readonly Intent[]
  readonly unknown: readonly string[]
}

/**
 * Reads a message whole: every sentence of it is an instruction that is understood from its first word to its last, a greeting, or
 * counts as not understood. So a question about tasks, a quotation, code or a story moves nothing.
 */
export function readIntents(question: string): ReadIntents {
  const nothing: ReadIntents = { intents: [], unknown: [question] }
  if (!mayConcernPlanner.test(question)) return nothing
  if (question.length > maxLength || /```|^\s*>/mu.test(question)) return nothing
  const masked = maskQuotes(question)
  if (!masked) return nothing
  const intents: Intent[] = []
  const unknown: string[] = []
  for (const segment of textToSegments(masked.text)) {
    if (isCourtesy(segment)) continue
    const read = readSegment(segment, masked.quotes)
    if (read) intents.push(...read)
    else unknown.push(unmask(segment, masked.quotes))
  }
  if (intents.length > maxIntents) {
    return { intents: [{ type: 'ask', text: `That is more than ${maxIntents} things at once. Give me fewer, please.` }], unknown }
  }
  return { intents, unknown }
}

function readSegment(segment: string, quotes: readonly string[]): Intent[] | null {
  if (segment.length > maxSentenceLength && !segment.includes(itemSeparator)) return null
  const { text, isQuestion } = sentenceToInstruction(segment)
  const listed = readList(text, quotes)
  if (listed) return [listed]
  if (isQuestion) return null
  return readJoined(text, quotes) ?? readSingle(text, quotes)
}

function readSingle(text: string, quotes: readonly string[]): Intent[] | null {
  const { text: instruction } = sentenceToInstruction(text)
  const found = readAct(instruction, quotes) ?? readList(instruction, quotes)
  return found ? [found] : readCreate(instruction, quotes)
}

/** Two instructions in one sentence, at the first joint that leaves something clear on both sides. */
function readJoined(text: string, quotes: readonly string[], hopeless = new Set<string>()): Intent[] | null {
  if (hopeless.has(text)) return null
  for (const match of text.matchAll(joint)) {
    const before = readSingle(text.slice(0, match.index), quotes)
    if (!before || before.some(isAsk)) continue
    const rest = text.slice(match.index + match[0].length)
    const after = readJoined(rest, quotes, hopeless) ?? readSingle(rest, quotes)
    if (after && !after.some(isAsk)) return [...before, ...after]
  }
  hopeless.add(text)
  return null
}

function isAsk({ type }: Intent): boolean {
  return type === 'ask'
}

function unmask(text: string, quotes: readonly string[]): string {
  return text
    .replaceAll(/\uE000(\d+)\uE001/gu, (_mark, index: string) => `"${quotes[Number(index)] ?? ''}"`)
    .replaceAll('\uE002', ' ')
}
