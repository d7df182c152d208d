import { isActive, type EventRecord, type Id, type Message, type MessageError, type ToolCallPart } from '@holdfast/shared'
import { readSnapshot } from '../../conversation-store/read-snapshot.ts'
import { followConversation, type FollowDeps } from '../../conversations/queries/follow-conversation.ts'
import { retryWhenLost } from '../../platform/database/retry-when-lost.ts'
import { responseNotFound } from '../response-ids.ts'
import { readNextResponse, type ApiResponse, type NextResponse } from '../response-row.ts'

/** What happens to an answer, as both APIs tell it. `seq` is its place in the log, and `part` that in the message. */
export type AnswerStep =
  | { readonly type: 'text' | 'reasoning'; readonly seq: number; readonly part: number; readonly text: string }
  | {
      readonly type: 'tool-call'
      readonly seq: number
      readonly part: number
      readonly call: Pick<ToolCallPart, 'callId' | 'name' | 'args'>
    }
  /** The last one. */
  | { readonly type: 'end'; readonly seq: number; readonly end: AnswerEnd }

export interface AnswerEnd {
  readonly status: 'completed' | 'cancelled' | 'failed'
  readonly finishReason: 'stop' | 'length' | 'tool_calls' | 'content_filter'
  readonly error: MessageError | null
  /** Since when it stands at this end. */
  readonly at: Date
  readonly message: Message
}

/** Why a reader gets nothing more: the log no longer reaches back to where it was. */
export class StreamPrunedError extends Error {
  override readonly name = 'StreamPrunedError'
}

/**
 * What is written for a response, from a place in the log on, then live until it ends or needs results of the program's tools.
 * @param afterSeq the last record that the reader has
 * @throws StreamPrunedError, Refusal NOT_FOUND
 */
export async function* followAnswer(
  deps: FollowDeps,
  userId: Id,
  response: ApiResponse,
  { afterSeq, signal }: { readonly afterSeq: number; readonly signal: AbortSignal },
): AsyncGenerator<AnswerStep, void> {
  const { conversationId, firstPart } = response
  const end = new AbortController()
  const stop = AbortSignal.any([signal, end.signal])
  try {
    const followed = followConversation(deps, userId, {
      conversationId,
      lastEventId: String(afterSeq),
      signal: stop,
      socket: null,
    })
    for await (const { records } of followed) {
      for (const record of records) {
        if (record.event.type === 'snapshot') throw new StreamPrunedError()
        if (record.event.type === 'conversation-deleted') throw responseNotFound()
        const step = recordToStep(record, response)
        if (step !== null && step.part >= firstPart) yield step
        if (isEnd(record, response)) {
          const message = await readAnswer(deps, userId, response, signal)
          const next = await readNextResponse(deps.database.queries, response)
          const isWaiting = record.event.type === 'generation-waiting'
          yield { type: 'end', seq: record.seq, end: toEnd(message, response, { next, isWaiting }) }
          return
        }
      }
    }
  } finally {
    end.abort()
  }
}

function recordToStep({ seq, event }: EventRecord, { messageId }: ApiResponse): Exclude<AnswerStep, { type: 'end' }> | null {
  if (!('messageId' in event) || event.messageId !== messageId) return null
  if (event.type === 'text-delta') return { type: 'text', seq, part: event.part, text: event.text }
  if (event.type === 'reasoning-delta') return { type: 'reasoning', seq, part: event.part, text: event.text }
  if (event.type !== 'tool-call') return null
  const { callId, name, args, part } = event
  return { type: 'tool-call', seq, part, call: { callId, name, args } }
}

function isEnd({ event }: EventRecord, { messageId }: ApiResponse): boolean {
  return (event.type === 'generation-ended' || event.type === 'generation-waiting') && event.messageId === messageId
}

/** The message of a response. @throws ApiError 404 */
export async function readAnswer(deps: FollowDeps, userId: Id, response: ApiResponse, signal: AbortSignal): Promise<Message> {
  const { conversationId, messageId } = response
  const read = () => readSnapshot(deps, userId, { conversationId, leafId: messageId, limit: 1 })
  const { messages } = await retryWhenLost(read, signal)
  const message = messages.find(({ id }) => id === messageId)
  if (!message) throw responseNotFound()
  return message
}

/** Where an answer has come to, for one of its responses. Null: it is still being written. */
export async function messageToEnd(
  deps: Pick<FollowDeps, 'database'>,
  message: Message,
  response: ApiResponse,
): Promise<AnswerEnd | null> {
  const next = await readNextResponse(deps.database.queries, response)
  const isWaiting = next !== null || message.status === 'waiting'
  return isActive(message.status) && !isWaiting ? null : toEnd(message, response, { next, isWaiting })
}

function toEnd(
  message: Message,
  { firstPart }: ApiResponse,
  { next, isWaiting }: { readonly next: NextResponse | null; readonly isWaiting: boolean },
): AnswerEnd {
  const { status, error, notes = [], updatedAt } = message
  const parts = next === null ? message.parts : message.parts.slice(0, next.firstPart)
  const hasCalls = parts.slice(firstPart).some((part) => part.type === 'tool-call')
  const own = { ...message, parts }
  if (isWaiting && hasCalls) {
    return {
      status: 'completed',
      finishReason: 'tool_calls',
      error: null,
      at: next?.createdAt ?? new Date(updatedAt),
      message: own,
    }
  }
  const isFiltered = error?.code === 'content-filter'
  const isCut = notes.some(({ kind }) => kind === 'cut-at-limit')
  return {
    status: status === 'cancelled' || status === 'completed' ? status : 'failed',
    finishReason: isFiltered ? 'content_filter' : isCut ? 'length' : 'stop',
    error,
    at: new Date(updatedAt),
    message: own,
  }
}
