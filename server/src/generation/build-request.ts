import type { Id, Message } from '@holdfast/shared'
import type { ConversationRow } from '../conversations/conversation-row.ts'
import { readConsistently } from '../conversations/read-snapshot.ts'
import type { Database } from '../database/database.ts'
import { rowsToMessagesAlone } from '../messages/message-row.ts'
import { countTurnsAbove, readPath } from '../messages/read-path.ts'
import type { ModelMessage } from '../models/model.ts'
import { defaultInstructions } from './instructions.ts'
import { messageToModel } from './message-to-model.ts'
import type { StepRecord } from './step-record.ts'

/** Messages of the path that are read for a model call. */
const historyLimit = 400

export interface History {
  /** Oldest first, from the beginning of a turn. */
  readonly messages: readonly Message[]
  /** Questions above those, which are too far up to be read. */
  readonly omittedTurns: number
}

/** The path above an answer. What clients claim to be the history plays no part. */
export function readHistory(deps: { database: Database }, answer: { conversationId: Id; parentId: Id | null }): Promise<History> {
  return readConsistently(deps.database, async (queries) => {
    const { conversationId, parentId } = answer
    const path = await readPath(queries, { conversationId, leafId: parentId, limit: historyLimit })
    if (!path.hasMore) return { messages: await rowsToMessagesAlone(queries, path.rows), omittedTurns: 0 }
    const firstTurn = Math.max(
      0,
      path.rows.findIndex(({ role }) => role === 'user'),
    )
    const rows = path.rows.slice(firstTurn)
    const [top] = rows
    const omittedTurns = await countTurnsAbove(queries, conversationId, top?.parentId ?? null)
    return { messages: await rowsToMessagesAlone(queries, rows), omittedTurns }
  })
}

/** What a model is asked: instructions, history, the answer so far, and where that was cut off the wish to go on. */
export function buildModelMessages(input: {
  conversation: Pick<ConversationRow, 'instructions'>
  history: readonly Message[]
  answer: Message
  record: StepRecord
  /** The answer so far ends in the middle of a text. */
  isCutOff: boolean
  now: Date
  utcOffsetMinutes: number
}): ModelMessage[] {
  const { conversation, history, answer, record } = input
  const instructions = [defaultInstructions(input.now, input.utcOffsetMinutes), conversation.instructions ?? '']
  const messages: ModelMessage[] = [
    { role: 'system', content: instructions.filter((text) => text !== '').join('\n\n') },
    ...history.flatMap((message) => messageToModel(message, record)),
    ...messageToModel(answer, record),
  ]
  if (!input.isCutOff) return messages
  // Providers refuse a request that ends with the assistant's own words.
  return [
    ...messages,
    {
      role: 'user',
      content: 'Your answer was cut off. Continue exactly where it stops, without repeating or announcing anything.',
    },
  ]
}
