import { isActive, type EventRecord, type Id, type Message, type messagesCompleteOutput, type SendInput } from '@holdfast/shared'
import type { z } from 'zod'
import { readSnapshot } from '../../conversation-store/read-snapshot.ts'
import { followConversation, type FollowDeps } from '../queries/follow-conversation.ts'
import type { UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { retryWhenLost } from '../../platform/database/retry-when-lost.ts'
import { notFound } from '../../platform/refusal.ts'
import type { AppendTurnDeps } from '../append-turn.ts'
import type { ComposeDeps } from '../compose-question.ts'
import { sendMessage } from './send-message.ts'

/**
 * `send`, then waits until the answer has ended or needs an approval. Disconnecting does not cancel it: a repeat waits again.
 * @throws Refusal as `send`
 */
export async function completeMessage(
  deps: UnitOfWorkDeps & AppendTurnDeps & ComposeDeps & FollowDeps,
  userId: Id,
  input: SendInput,
  signal: AbortSignal,
): Promise<z.infer<typeof messagesCompleteOutput>> {
  const { conversationId, assistantMessageId } = await sendMessage(deps, userId, input)
  const ids = { conversationId, messageId: assistantMessageId }
  const end = new AbortController()
  const stop = AbortSignal.any([signal, end.signal])
  try {
    const followed = followConversation(deps, userId, { conversationId, lastEventId: null, signal: stop, socket: null })
    for await (const { records } of followed) {
      if (!records.some((record) => mayHaveSettled(record, assistantMessageId))) continue
      const message = await readMessage(deps, userId, ids, signal)
      if (!isActive(message.status) || message.status === 'waiting') return messageToCompletion(message)
    }
  } finally {
    end.abort()
  }
  return messageToCompletion(await readMessage(deps, userId, ids, signal))
}

function mayHaveSettled({ event }: EventRecord, messageId: Id): boolean {
  if (event.type === 'snapshot') return true
  return (event.type === 'generation-ended' || event.type === 'generation-waiting') && event.messageId === messageId
}

async function readMessage(
  deps: FollowDeps,
  userId: Id,
  { conversationId, messageId }: { readonly conversationId: Id; readonly messageId: Id },
  signal: AbortSignal,
): Promise<Message> {
  const read = () => readSnapshot(deps, userId, { conversationId, leafId: messageId, limit: 1 })
  const snapshot = await retryWhenLost(read, signal)
  const message = snapshot.messages.find(({ id }) => id === messageId)
  if (!message) throw notFound('Message')
  return message
}

function messageToCompletion(message: Message): z.infer<typeof messagesCompleteOutput> {
  const files = message.parts.filter((part) => part.type === 'file')
  return {
    conversationId: message.conversationId,
    messageId: message.id,
    status: message.status,
    // A picture may be the whole answer: an empty response reads as if there were none.
    response: message.content === '' ? files.map(({ name }) => name).join('\n') : message.content,
    ...(files.length === 0 ? {} : { files }),
    toolCalls: message.parts.flatMap((part) => {
      if (part.type !== 'tool-call') return []
      const { callId, name, args, result, error } = part
      return [{ callId, name, args, ...(result === undefined ? {} : { result }), ...(error === undefined ? {} : { error }) }]
    }),
    usage: message.usage,
  }
}
