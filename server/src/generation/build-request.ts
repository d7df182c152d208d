import { schema } from '@holdfast/drizzle'
import type { Id, Message } from '@holdfast/shared'
import { and, eq, inArray, isNotNull } from 'drizzle-orm'
import type { ConversationRow } from '../conversations/conversation-row.ts'
import { readConsistently } from '../conversations/read-snapshot.ts'
import type { Database, Queries } from '../database/database.ts'
import { rowsToMessages } from '../messages/message-row.ts'
import { readPath } from '../messages/read-path.ts'
import type { ModelMessage, ToolCallExtra } from '../models/model.ts'
import { defaultInstructions } from './instructions.ts'
import { messageToModel, type ExtrasByCallId } from './message-to-model.ts'

const { generations, toolCalls } = schema

/** Messages of the path that are read for a model call. */
const historyLimit = 400

export interface History {
  /** The path above an answer, oldest first. What clients claim to be the history plays no part. */
  readonly messages: readonly Message[]
  readonly extras: ExtrasByCallId
}

/** What goes before an answer, and what the same model wants back with its own earlier calls. */
export function readHistory(
  deps: { database: Database },
  answer: { conversationId: Id; messageId: Id; parentId: Id | null; model: string },
): Promise<History> {
  return readConsistently(deps.database, async (queries) => {
    const { conversationId, parentId, messageId } = answer
    const path = await readPath(queries, { conversationId, leafId: parentId, limit: historyLimit })
    const messages = await rowsToMessages(queries, conversationId, path.rows)
    const messageIds = [...messages.map((message) => message.id), messageId]
    return { messages, extras: await readExtras(queries, messageIds, answer.model) }
  })
}

/** Means something to the model that wrote it and to no other. */
async function readExtras(queries: Queries, messageIds: readonly Id[], model: string): Promise<ExtrasByCallId> {
  const rows = await queries
    .select({ callId: toolCalls.callId, extra: toolCalls.extra })
    .from(toolCalls)
    .innerJoin(generations, eq(generations.id, toolCalls.generationId))
    .where(and(inArray(toolCalls.messageId, [...messageIds]), isNotNull(toolCalls.extra), eq(generations.model, model)))
  return new Map(rows.map(({ callId, extra }) => [callId, JSON.parse(extra ?? '{}') as ToolCallExtra]))
}

/** What a model is asked: instructions, history, the answer so far, and where that was cut off the wish to go on. */
export function buildModelMessages(input: {
  conversation: Pick<ConversationRow, 'instructions'>
  history: History
  answer: Message
  /** The answer so far ends in the middle of a text. */
  isCutOff: boolean
  now: Date
  utcOffsetMinutes: number
}): ModelMessage[] {
  const { conversation, history, answer } = input
  const instructions = [defaultInstructions(input.now, input.utcOffsetMinutes), conversation.instructions ?? '']
  const messages: ModelMessage[] = [
    { role: 'system', content: instructions.filter((text) => text !== '').join('\n\n') },
    ...history.messages.flatMap((message) => messageToModel(message, history.extras)),
    ...messageToModel(answer, history.extras),
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
