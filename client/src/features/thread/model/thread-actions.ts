import type { Id, Message } from '@holdfast/shared'
import type { PlannerItem } from './tool-call-item.ts'

/** The actions of a thread. The same object for as long as the conversation is open. */
export interface ThreadActions {
  readonly stop: (messageId: Id) => void
  readonly continueAnswer: (messageId: Id) => void
  /** Another answer to the same question, by another model if one is named. */
  readonly regenerate: (messageId: Id, model?: string) => void
  readonly edit: (messageId: Id, content: string) => void
  readonly selectBranch: (messageId: Id) => void
  /** Shows the branch that was continued last. */
  readonly selectNewest: () => void
  /** Takes a message that was not sent back into the composer. */
  readonly takeBack: (requestId: Id, content: string) => void
  readonly discard: (requestId: Id) => void
  /** Moves a question whose answer has not begun back into the composer, or discards it. */
  readonly withdraw: (questionId: Id, way: 'edit' | 'discard') => void
  /** Copies the text as it is read, without Markdown syntax. */
  readonly copyPlain: (message: Message) => void
  /** Reads an answer aloud, from the paragraph with the selection if there is one. */
  readonly readAloud: (messageId: Id) => void
  readonly copyLink: (messageId: Id) => void
  /** Makes a conversation of its own from everything down to this message. */
  readonly fork: (messageId: Id) => void
  /** Asks for confirmation first. */
  readonly remove: (messageId: Id) => void
  /** Answers the question of a tool call that waits. */
  readonly decide: (messageId: Id, callId: string, approve: boolean) => void
  /** Asks for confirmation first: shows what undoing an answer's changes to the plans does. */
  readonly undoPlans: (messageId: Id) => void
  /** Shows what a tool call has made or changed. */
  readonly showItem: (item: PlannerItem) => void
}
