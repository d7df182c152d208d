import { partsToContent, type Id, type Json, type Message, type TerminalStatus, type WebhookEvent } from '@holdfast/shared'
import type { WebhookNotice } from './record-deliveries.ts'

const eventsByStatus = {
  completed: 'answer.completed',
  error: 'answer.failed',
  interrupted: 'answer.failed',
  cancelled: 'answer.cancelled',
} as const satisfies Record<TerminalStatus, WebhookEvent>

export function statusToWebhookEvent(status: TerminalStatus): WebhookEvent {
  return eventsByStatus[status]
}

interface NotedAnswer {
  readonly userId: Id
  readonly title: string
  readonly message: Message
  /** The event of the log. */
  readonly seq: number
  readonly at: Date
}

/** That an answer has ended. */
export function endToNotice(
  { userId, title, message, seq, at }: NotedAnswer,
  { status, error }: { readonly status: TerminalStatus; readonly error?: { readonly code: string; readonly message: string } },
): WebhookNotice {
  return {
    userId,
    event: statusToWebhookEvent(status),
    at,
    about: { conversationId: message.conversationId, seq },
    data: (includeText) => ({
      ...toIds(message, title),
      status,
      model: message.model,
      ...(error ? { error: { code: error.code, message: error.message } } : {}),
      ...(includeText ? toText(partsToContent(message.parts)) : {}),
    }),
  }
}

/** That an answer waits for a person: to approve a tool call, to fill in a form, or to say what became of a call. */
export function waitToNotice({ userId, title, message, seq, at }: NotedAnswer): WebhookNotice {
  return {
    userId,
    event: 'answer.waiting',
    at,
    about: { conversationId: message.conversationId, seq },
    data: (includeText) => ({
      ...toIds(message, title),
      status: 'waiting',
      model: message.model,
      toolCalls: message.parts.flatMap((part) =>
        part.type === 'tool-call' && (part.state === 'waiting' || part.state === 'unknown')
          ? [{ callId: part.callId, name: part.name, state: part.state, ...(includeText ? { args: part.args } : {}) }]
          : [],
      ),
    }),
  }
}

/** Receivers refuse large bodies: the rest is read by `messages.content`. In UTF-16 units. */
const maxTextLength = 100_000

function toText(content: string): Record<string, Json> {
  if (content.length <= maxTextLength) return { text: content }
  return { text: content.slice(0, maxTextLength).toWellFormed(), textIsCut: true }
}

function toIds({ id, conversationId }: Message, title: string): Record<string, Json> {
  return { conversationId, messageId: id, title }
}
