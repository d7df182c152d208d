import { countFileTokens } from './count-tokens.ts'
import type { ModelFile, TextFile } from './model-file.ts'
import type { ModelMessage } from './model.ts'

/** A file of an earlier turn may take this part of the budget. */
const earlierPart = 0.25
/** The files of the turns that stay get at least this part, whatever else is in them. */
const leastPart = 0.25

export interface FittedFiles {
  readonly messages: readonly ModelMessage[]
  readonly tokens: readonly number[]
}

/**
 * Cuts the texts of files until they fit. Those of the turns that stay share the room that everything else in them leaves: a short one is
 * whole, and long ones get the same number of tokens. Changes nothing that fits.
 */
export async function fitFiles(input: {
  readonly messages: readonly ModelMessage[]
  /** Of each message, files included. */
  readonly tokens: readonly number[]
  readonly budgetTokens: number
  readonly keptTurns: number
}): Promise<FittedFiles> {
  const { messages, tokens, budgetTokens, keptTurns } = input
  if (sum(tokens) <= budgetTokens || !messages.some((message) => textsOf(message).length > 0)) return { messages, tokens }
  const firstKept = findFirstKept(messages, keptTurns)
  const isKept = (index: number) => index >= firstKept
  const kept = await Promise.all(
    messages
      .filter((_, index) => isKept(index))
      .flatMap(textsOf)
      .map(countFileTokens),
  )
  const staying = sum(tokens.filter((_, index) => isKept(index) || messages[index]?.role === 'system')) - sum(kept)
  const room = Math.max(budgetTokens - staying, budgetTokens * leastPart)
  const limit = shareOut(kept, room)
  const fitted = await Promise.all(
    messages.map(async (message, index) =>
      fitMessage(message, tokens[index] ?? 0, isKept(index) ? limit : budgetTokens * earlierPart),
    ),
  )
  return { messages: fitted.map(({ message }) => message), tokens: fitted.map((entry) => entry.tokens) }
}

function textsOf(message: ModelMessage): TextFile[] {
  return message.role === 'user' ? (message.files ?? []).filter((file) => file.type === 'text') : []
}

function findFirstKept(messages: readonly ModelMessage[], keptTurns: number): number {
  const questions = messages.flatMap(({ role }, index) => (role === 'user' ? index : []))
  return questions.at(-Math.max(1, keptTurns)) ?? questions[0] ?? 0
}

/** The most that each may have, so that together they have no more than `room`. */
function shareOut(wanted: readonly number[], room: number): number {
  let left = room
  let count = wanted.length
  for (const tokens of wanted.toSorted((a, b) => a - b)) {
    if (tokens > left / count) return left / count
    left -= tokens
    count -= 1
  }
  return Infinity
}

async function fitMessage(
  message: ModelMessage,
  tokens: number,
  limit: number,
): Promise<{ message: ModelMessage; tokens: number }> {
  if (message.role !== 'user' || message.files === undefined) return { message, tokens }
  let saved = 0
  const files: ModelFile[] = []
  for (const file of message.files) {
    const cost = file.type === 'text' ? await countFileTokens(file) : 0
    if (file.type !== 'text' || cost <= limit) {
      files.push(file)
      continue
    }
    const text = file.text.slice(0, Math.floor((file.text.length * limit) / cost)).replace(/[\uD800-\uDBFF]$/u, '')
    saved += cost - limit
    files.push({ ...file, text })
  }
  return saved === 0 ? { message, tokens } : { message: { ...message, files }, tokens: Math.ceil(tokens - saved) }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
