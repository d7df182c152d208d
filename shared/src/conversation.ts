import { z } from 'zod'
import { answerParametersSchema } from './answer-parameters.ts'
import { messageSchema } from './message.ts'

export const defaultTitle = 'New Conversation'
export const maxTitleLength = 200
/** A title taken from the first user message is at most this long, in code points. */
export const maxTitleFromWordsLength = 100

/** The conversation's current activity: an answer is being generated, a tool runs, an approval is pending, or the last answer failed. */
export const conversationStatuses = ['idle', 'thinking', 'executing', 'waiting', 'error'] as const
export const conversationStateSchema = z.enum(conversationStatuses)
export type ConversationStatus = z.infer<typeof conversationStateSchema>

export const conversationSchema = z.object({
  id: z.string(),
  title: z.string(),
  model: z.string().nullable(),
  instructions: z.string().nullable(),
  /** Its own; the administrator's defaults stand behind them. Absent in events of older versions: it had none. */
  parameters: answerParametersSchema.optional(),
  /** Messages on all branches, excluding deleted ones. */
  messageCount: z.number().int().nonnegative(),
  pinned: z.boolean(),
  archived: z.boolean(),
  /** An answer ended after the last `markRead`. */
  unread: z.boolean(),
  /** The end of the active path, which a new device opens and `send` without a `parentId` continues. */
  activeMessageId: z.string().nullable(),
  state: conversationStateSchema,
  hasActiveGeneration: z.boolean(),
  createdAt: z.string(),
  /** Changes when a message is added and when a generation ends, not when the conversation is pinned or archived. */
  updatedAt: z.string(),
})
export type Conversation = z.infer<typeof conversationSchema>

/** The folded state of a conversation, and the cursor at which it was read. */
export const snapshotSchema = z.object({
  conversation: conversationSchema,
  /** The newest page of the path, oldest first, and every running message on any branch. */
  messages: z.array(messageSchema),
  /** The seq of the last event in this state, as a decimal string. */
  cursor: z.string(),
  /** `messages.list`'s `before` for the page above this one; null at the root. */
  nextCursor: z.string().nullable(),
})
export type Snapshot = z.infer<typeof snapshotSchema>
