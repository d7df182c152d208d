import { tokensPerFile } from './count-tokens.ts'
import type { ModelMessage } from './model.ts'

export interface HistoryToTrim {
  readonly messages: readonly ModelMessage[]
  /** The number of tokens of each message, in the same order. */
  readonly tokens: readonly number[]
  readonly budgetTokens: number
  /** The number of turns, from the end, that stay whatever they cost. At least 1. */
  readonly keptTurns?: number
}

export interface TrimmedHistory {
  readonly messages: readonly ModelMessage[]
  /** Turns that are missing at the start. */
  readonly leftOutTurns: number
  /** Results of tools of which only the beginning, or not every file, is left. */
  readonly cutResults: number
  /** About how many tokens are left. */
  readonly tokens: number
  /** False: what has to stay is too much already. */
  readonly fits: boolean
}

interface Entry {
  readonly message: ModelMessage
  readonly tokens: number
}

/** A question and all that followed from it: no call is ever parted from its result. */
type Turn = readonly Entry[]

/** One result may take this part of the budget; in a turn that has to stay, less when it must. */
const resultPart = 0.25
const shortestResult = 400

/**
 * A history that fits: all instructions, the last turn, and of the turns before as many as there is room for, newest first and without
 * gaps. Long results of tools lose their ends before a turn is lost. Changes nothing that fits.
 */
export function trimHistory({ messages, tokens, budgetTokens, keptTurns = 1 }: HistoryToTrim): TrimmedHistory {
  const entries = messages.map((message, index): Entry => ({ message, tokens: tokens[index] ?? 0 }))
  if (sumOf(entries) <= budgetTokens) {
    return { messages, leftOutTurns: 0, cutResults: 0, tokens: sumOf(entries), fits: true }
  }
  const leading = entries.findIndex(({ message }) => message.role !== 'system')
  const instructions = leading === -1 ? entries : entries.slice(0, leading)
  const turns = toTurns(leading === -1 ? [] : entries.slice(leading))
  const firstKept = Math.max(0, turns.length - Math.max(1, keptTurns))
  const room = budgetTokens - sumOf(instructions)
  const kept = fitResults(dropToolFiles(turns.slice(firstKept).flat(), room), room)
  let used = sumOf(kept)
  const older: Turn[] = []
  for (const turn of turns.slice(0, firstKept).toReversed()) {
    const shortened = turn.map((entry) => cutResult(entry, budgetTokens * resultPart))
    if (used + sumOf(shortened) > room) break
    used += sumOf(shortened)
    older.unshift(shortened)
  }
  const left = [...instructions, ...older.flat(), ...kept]
  const originals = new Set(messages)
  return {
    messages: left.map(({ message }) => message),
    leftOutTurns: firstKept - older.length,
    cutResults: left.filter(({ message }) => !originals.has(message)).length,
    tokens: sumOf(left),
    fits: sumOf(left) <= budgetTokens,
  }
}

function toTurns(entries: readonly Entry[]): Turn[] {
  const turns: Entry[][] = []
  for (const entry of entries) {
    const turn = turns.at(-1)
    if (turn && entry.message.role !== 'user') turn.push(entry)
    else turns.push([entry])
  }
  return turns
}

/** What tools gave is left out until a turn fits, the oldest first: its name stays in the result. */
function dropToolFiles(entries: readonly Entry[], room: number): readonly Entry[] {
  let over = sumOf(entries) - room
  return entries.map((entry) => {
    const { message, tokens } = entry
    const fileTokens = toolFileTokens(message)
    if (message.role !== 'tool' || fileTokens === 0 || over <= 0) return entry
    over -= fileTokens
    return { message: { ...message, files: [] }, tokens: tokens - fileTokens }
  })
}

function toolFileTokens(message: ModelMessage): number {
  return message.role === 'tool' ? (message.files ?? []).reduce((sum, file) => sum + tokensPerFile + file.tokens, 0) : 0
}

/** Cuts the longest results until a turn fits, none shorter than it must be. */
function fitResults(entries: readonly Entry[], room: number): readonly Entry[] {
  let limit = room * resultPart
  let fitting = entries.map((entry) => cutResult(entry, Math.max(limit, 1)))
  while (sumOf(fitting) > room && fitting.some(isLongResult)) {
    limit /= 2
    fitting = entries.map((entry) => cutResult(entry, limit))
    if (limit < 1) break
  }
  return sumOf(entries) <= room ? entries : fitting
}

function isLongResult({ message }: Entry): boolean {
  return message.role === 'tool' && message.content.length > shortestResult
}

/** The beginning of a result that has more tokens than it may, and how long the whole was. */
function cutResult(entry: Entry, maxTokens: number): Entry {
  const { message } = entry
  const fileTokens = toolFileTokens(message)
  const tokens = entry.tokens - fileTokens
  if (message.role !== 'tool' || tokens <= maxTokens || message.content.length <= shortestResult) return entry
  const { content } = message
  const mark = `… (cut: ${content.length} characters in all)`
  const length = Math.max(shortestResult - mark.length, Math.floor((content.length * maxTokens) / tokens) - mark.length)
  if (length + mark.length >= content.length) return entry
  const cut = content.slice(0, length).replace(/[\uD800-\uDBFF]$/u, '') + mark
  return { message: { ...message, content: cut }, tokens: Math.ceil((tokens * cut.length) / content.length) + fileTokens }
}

function sumOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { tokens }) => sum + tokens, 0)
}
