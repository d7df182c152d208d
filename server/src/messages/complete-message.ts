import { isActive, type EventRecord, type Id, type Message, type messagesCompleteOutput, type SendInput } from '@holdfast/shared'
import type { z } from 'zod'
import { readSnapshot } from '../conversations/read-snapshot.ts'
import { followConversation, type FollowDeps } from '../conversations/follow-conversation.ts'
import type { UnitOfWorkDeps } from '../log/unit-of-work.ts'
import { notFound } from '../refusal.ts'
import type { AddMessagesDeps } from './add-messages.ts'
import { sendMessage } from './send-message.ts'

/**
 * `send`, answered when the answer has ended or waits for a person. Hanging up does not cancel: the same request again waits again.
 * @throws Refusal as `send`
 */
export async function completeMessage(
  deps: UnitOfWorkDeps & AddMessagesDeps & FollowDeps,
  userId: Id,
  input: SendInput,
  signal: AbortSignal,
): Promise<z.infer<typeof messagesCompleteOutput>> {
  const { conversationId, assistantMessageId } = await sendMessage(deps, userId, input)
  const end = new AbortController()
  const stop = AbortSignal.any([signal, end.signal])
  try {
    const followed = followConversation(deps, userId, { conversationId, lastEventId: null, signal: stop, socket: null })
    for await (const { records } of followed) {
      if (!records.some((record) => mayBeAtRest(record, assistantMessageId))) continue
      const message = await readMessage(deps, userId, conversationId, assistantMessageId)
      if (!isActive(message.status) || message.status === 'waiting') return messageToCompletion(message)
    }
  } finally {
    end.abort()
  }
  return messageToCompletion(await readMessage(deps, userId, conversationId, assistantMessageId))
}

function mayBeAtRest({ event }: EventRecord, messageId: Id): boolean {
  if (event.type === 'snapshot') return true
  return (event.type === 'generation-ended' || event.type === 'generation-waiting') && event.messageId === messageId
}

async function readMessage(deps: FollowDeps, userId: Id, conversationId: Id, messageId: Id): Promise<Message> {
  const snapshot = await readSnapshot(deps, userId, { conversationId, leafId: messageId, limit: 1 })
  const message = snapshot.messages.find(({ id }) => id === messageId)
  if (!message) throw notFound('Message')
  return message
}

function messageToCompletion(message: Message): z.infer<typeof messagesCompleteOutput> {
  return {
    conversationId: message.conversationId,
    messageId: message.id,
    status: message.status,
    response: message.content,
    toolCalls: message.parts.flatMap((part) => {
      if (part.type !== 'tool-call') return []
      const { callId, name, args, result, error } = part
      return [{ callId, name, args, ...(result === undefined ? {} : { result }), ...(error === undefined ? {} : { error }) }]
    }),
    usage: message.usage,
  }
}
