import { z } from 'zod'

/** The one status union of an assistant message and of the generation that produces it. */
export const messageStatuses = ['queued', 'generating', 'waiting', 'completed', 'cancelled', 'error', 'interrupted'] as const
export const messageStatusSchema = z.enum(messageStatuses)
export type MessageStatus = z.infer<typeof messageStatusSchema>

export type ActiveStatus = 'queued' | 'generating' | 'waiting'
export type TerminalStatus = Exclude<MessageStatus, ActiveStatus>

/** Which status may follow which. A terminal one only gives way to a new generation that continues the message. */
const transitions: Readonly<Record<MessageStatus, readonly MessageStatus[]>> = {
  queued: ['generating', 'cancelled', 'error'],
  generating: ['waiting', 'completed', 'cancelled', 'error', 'interrupted', 'queued'],
  waiting: ['queued', 'generating', 'cancelled', 'error', 'interrupted'],
  completed: [],
  cancelled: ['queued', 'generating'],
  error: ['queued', 'generating'],
  interrupted: ['queued', 'generating'],
}

export function isActive(status: MessageStatus): status is ActiveStatus {
  return status === 'queued' || status === 'generating' || status === 'waiting'
}

export function isTerminal(status: MessageStatus): status is TerminalStatus {
  return !isActive(status)
}

export function canFollow(from: MessageStatus, to: MessageStatus): boolean {
  return transitions[from].includes(to)
}

/** `continue` is for an answer that stopped early: always when interrupted, and when failed or cancelled if it has text. */
export function isContinuable(message: { status: MessageStatus; content: string }): boolean {
  if (message.status === 'interrupted') return true
  return (message.status === 'error' || message.status === 'cancelled') && message.content !== ''
}
