import type { GenerationNote, MessageStatus, Part } from './message.ts'

/** The statuses in which an answer is still to come. A generation with one of them holds its message. */
export const activeStatuses = ['queued', 'generating', 'waiting'] as const satisfies readonly MessageStatus[]
export type ActiveStatus = (typeof activeStatuses)[number]
export type TerminalStatus = Exclude<MessageStatus, ActiveStatus>

const active: ReadonlySet<MessageStatus> = new Set(activeStatuses)

/** Which status may follow which. Only a new generation that continues the message leaves a terminal status. */
const transitions: Readonly<Record<MessageStatus, readonly MessageStatus[]>> = {
  queued: ['generating', 'cancelled', 'error'],
  generating: ['waiting', 'completed', 'cancelled', 'error', 'interrupted', 'queued'],
  waiting: ['queued', 'generating', 'cancelled', 'error', 'interrupted'],
  completed: ['queued', 'generating'],
  cancelled: ['queued', 'generating'],
  error: ['queued', 'generating'],
  interrupted: ['queued', 'generating'],
}

export function isActive(status: MessageStatus): status is ActiveStatus {
  return active.has(status)
}

export function isTerminal(status: MessageStatus): status is TerminalStatus {
  return !isActive(status)
}

export function canFollow(from: MessageStatus, to: MessageStatus): boolean {
  return transitions[from].includes(to)
}

/** Notes on how an answer ended: each says that there is more to come, and goes when the answer is continued. */
const endNotes: ReadonlySet<GenerationNote['kind']> = new Set(['cut-at-limit', 'stopped-after-steps'])

export function isEndNote({ kind }: Pick<GenerationNote, 'kind'>): boolean {
  return endNotes.has(kind)
}

/**
 * Whether `messages.continue` applies: the answer was interrupted, it failed or was cancelled and has text or a picture, or a limit or a
 * budget ended it.
 */
export function isContinuable(message: {
  readonly status: MessageStatus
  readonly content: string
  readonly parts?: readonly { readonly type: Part['type']; readonly callId?: string | undefined }[]
  readonly notes?: readonly GenerationNote[] | undefined
  readonly error?: { readonly code: string } | null | undefined
}): boolean {
  if (message.status === 'interrupted') return true
  if (message.status === 'error' && message.error?.code === 'budget-exceeded') return true
  if (message.status === 'completed') return (message.notes ?? []).some(isEndNote)
  if (message.status !== 'error' && message.status !== 'cancelled') return false
  // What a tool gave, with its call, is not yet an answer.
  return message.content !== '' || (message.parts ?? []).some(({ type, callId }) => type === 'file' && callId === undefined)
}
