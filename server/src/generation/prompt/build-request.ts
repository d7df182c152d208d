import { isActive, type Id, type Message } from '@holdfast/shared'
import type { ConversationRow } from '../../conversation-store/conversation-row.ts'
import { readConsistently } from '../../platform/database/read-consistently.ts'
import type { Database, Queries } from '../../platform/database/database.ts'
import { rowsToMessagesAlone } from '../../conversation-store/message-row.ts'
import { countTurnsAbove, readPath } from '../../conversation-store/read-path.ts'
import type { ModelMessage } from '../../models/model.ts'
import { isMessageFile } from '../store/is-message-file.ts'
import { pathToModel, toModelResult } from './message-to-model.ts'
import type { PromptFiles } from './resolve-files.ts'
import type { StepRecord } from '../store/step-record.ts'

/** Messages that are read in one statement. */
const pageSize = 200
/** Far more than fits into a window, unless they are all very short. */
const maxMessages = 10_000
/** The cost of a message beside its text, in characters. */
const messageOverhead = 32

export interface History {
  /** Oldest first, from the beginning of a turn. */
  readonly messages: readonly Message[]
  /** Questions above those: more was read than fits into the model's window, or there are too many of them. */
  readonly omittedTurns: number
  /** There are more messages than are read of any conversation. */
  readonly isTooLong: boolean
}

/**
 * The path above an answer, page by page up to `maxLength` characters of what a model would see of it. A history that a client
 * claims plays no part.
 */
export async function readHistory(
  deps: { database: Database },
  answer: { conversationId: Id; parentId: Id | null; maxLength: number },
): Promise<History> {
  return (await readShortHistory(deps.database.queries, answer)) ?? readLongHistory(deps, answer)
}

/** In one statement, the usual case. Null: it is longer than a page, or a part of it is being written. */
async function readShortHistory(
  queries: Queries,
  { conversationId, parentId: leafId }: { conversationId: Id; parentId: Id | null },
): Promise<History | null> {
  const { rows, hasMore } = await readPath(queries, { conversationId, leafId, limit: pageSize })
  if (hasMore || rows.some(({ status }) => isActive(status))) return null
  return { messages: await rowsToMessagesAlone(queries, rows), omittedTurns: 0, isTooLong: false }
}

function readLongHistory(
  deps: { database: Database },
  answer: { conversationId: Id; parentId: Id | null; maxLength: number },
): Promise<History> {
  return readConsistently(deps.database, async (queries) => {
    const { conversationId, maxLength } = answer
    let messages: Message[] = []
    let length = 0
    let leafId = answer.parentId
    while (leafId !== null && length < maxLength && messages.length < maxMessages) {
      const { rows } = await readPath(queries, { conversationId, leafId, limit: pageSize })
      const page = await rowsToMessagesAlone(queries, rows)
      messages = [...page, ...messages]
      length += page.reduce((sum, message) => sum + measureMessage(message), 0)
      leafId = rows[0]?.parentId ?? null
    }
    if (leafId === null) return { messages, omittedTurns: 0, isTooLong: false }
    const firstTurn = Math.max(
      0,
      messages.findIndex(({ role }) => role === 'user'),
    )
    const kept = messages.slice(firstTurn)
    const omittedTurns = await countTurnsAbove(queries, conversationId, kept[0]?.parentId ?? null)
    return { messages: kept, omittedTurns, isTooLong: length < maxLength }
  })
}

/** About how many characters a model gets of a message. */
function measureMessage({ parts }: Message): number {
  return parts.reduce((sum, part) => {
    if (part.type === 'text' || part.type === 'remark') return sum + part.text.length
    return part.type === 'tool-call' ? sum + toModelResult(part).length : sum
  }, messageOverhead)
}

/** The messages of a model call: instructions, history, the answer so far and, where that was cut off, a request to continue. */
export function buildModelMessages(input: {
  conversation: Pick<ConversationRow, 'instructions'>
  /** Of the administrator, for all conversations. They stand before the conversation's own. */
  serverInstructions: string
  history: readonly Message[]
  files: PromptFiles
  answer: Message
  record: StepRecord
  now: Date
  utcOffsetMinutes: number
}): ModelMessage[] {
  const { conversation, serverInstructions, history, files, answer, record } = input
  const instructions = [
    defaultInstructions(input.now, input.utcOffsetMinutes),
    serverInstructions,
    conversation.instructions ?? '',
  ]
  // Providers refuse a request that ends with the assistant's own words.
  const lastQuestion = isCutOff(answer) ? continuation : null
  return [
    { role: 'system', content: instructions.filter((text) => text !== '').join('\n\n') },
    ...pathToModel([...history, answer], record, files, lastQuestion),
  ]
}

const continuation = 'Your answer was cut off. Continue exactly where it stops, without repeating or announcing anything.'

/** Whether an answer has words or pictures after its last tool call or remark: then it stopped half-way, and the model is asked to continue. */
export function isCutOff(answer: Pick<Message, 'parts'>): boolean {
  return readLastStep(answer).some((part) => (part.type === 'text' && part.text !== '') || isMessageFile(part))
}

/** The words of an answer after its last tool call or remark, for a model that may repeat them; null where it has none there. */
export function readCutOffText(answer: Pick<Message, 'parts'>): string | null {
  const text = readLastStep(answer)
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('')
  return text === '' ? null : text
}

function readLastStep({ parts }: Pick<Message, 'parts'>): Message['parts'] {
  return parts.slice(parts.findLastIndex(({ type }) => type === 'tool-call' || type === 'remark') + 1)
}

/** The system prompt of every call. Short, since it is paid for with every call. */
function defaultInstructions(now: Date, utcOffsetMinutes: number): string {
  const local = new Date(now.getTime() + utcOffsetMinutes * 60_000)
  const weekday = local.toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' })
  const sign = utcOffsetMinutes < 0 ? '-' : '+'
  const size = Math.abs(utcOffsetMinutes)
  const offset = `${sign}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`
  return [
    'You are a helpful assistant in Holdfast. Be friendly, exact and short; use Markdown where it helps.',
    `For the user it is ${weekday}, ${local.toISOString().slice(0, 16).replace('T', ' ')} (UTC${offset}).`,
  ].join('\n')
}
