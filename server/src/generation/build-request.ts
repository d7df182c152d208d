import { partsToContent, type Id, type Message } from '@holdfast/shared'
import type { ConversationRow } from '../conversations/conversation-row.ts'
import { readConsistently } from '../conversations/read-snapshot.ts'
import type { Database } from '../database/database.ts'
import { rowsToMessages } from '../messages/message-row.ts'
import { readPath } from '../messages/read-path.ts'
import type { ModelMessage } from '../models/model.ts'
import { defaultInstructions } from './instructions.ts'

/** Messages of the path that are read for a model call. */
const historyLimit = 400

/** The path above an answer, oldest first. What clients claim to be the history plays no part. */
export function readHistory(
  deps: { database: Database },
  input: { conversationId: Id; parentId: Id | null },
): Promise<Message[]> {
  return readConsistently(deps.database, async (queries) => {
    const { conversationId, parentId } = input
    const path = await readPath(queries, { conversationId, leafId: parentId, limit: historyLimit })
    return rowsToMessages(queries, conversationId, path.rows)
  })
}

/** What a model is asked: instructions, history, and for a continuation the text so far with the wish to go on. */
export function buildModelMessages(input: {
  conversation: Pick<ConversationRow, 'instructions'>
  history: readonly Message[]
  answer: Message
  now: Date
  utcOffsetMinutes: number
}): ModelMessage[] {
  const { conversation, history, answer } = input
  const instructions = [defaultInstructions(input.now, input.utcOffsetMinutes), conversation.instructions ?? '']
  const messages: ModelMessage[] = [
    { role: 'system', content: instructions.filter((text) => text !== '').join('\n\n') },
    ...history.flatMap(messageToModel),
  ]
  if (answer.parts.length === 0) return messages
  // Providers refuse a request that ends with the assistant's own words.
  return [
    ...messages,
    ...messageToModel(answer),
    {
      role: 'user',
      content: 'Your answer was cut off. Continue exactly where it stops, without repeating or announcing anything.',
    },
  ]
}

/** The model sees what was said; an answer without a word says nothing to it. */
export function messageToModel(message: Message): ModelMessage[] {
  const content = partsToContent(message.parts)
  if (content === '') return []
  return message.role === 'assistant' ? [{ role: 'assistant', content, toolCalls: [] }] : [{ role: message.role, content }]
}
