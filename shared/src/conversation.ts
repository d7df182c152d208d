import { z } from 'zod'
import { messageSchema } from './message.ts'

export const defaultTitle = 'New Conversation'
export const maxTitleLength = 200
/** A title taken from the first user message is at most this long, in code points. */
export const maxTitleFromWordsLength = 100

/** What the conversation is doing: an answer is on its way, a tool runs, a person is asked, or the last answer failed. */
export const conversationStates = ['idle', 'thinking', 'executing', 'waiting', 'error'] as const
export const conversationStateSchema = z.enum(conversationStates)
export type ConversationActivity = z.infer<typeof conversationStateSchema>

export const conversationSchema = z.object({
  id: z.string(),
  title: z.string(),
  model: z.string().nullable(),
  instructions: z.string().nullable(),
  /** Messages on all branches, without the deleted ones. */
  messageCount: z.number().int().nonnegative(),
  pinned: z.boolean(),
  archived: z.boolean(),
  /** An answer ended after the last `markRead`. */
  unread: z.boolean(),
  /** The end of the path that a new device opens, and that `send` without a `parentId` continues. */
  activeMessageId: z.string().nullable(),
  state: conversationStateSchema,
  hasActiveGeneration: z.boolean(),
  createdAt: z.string(),
  /** Moves with a message added and with a generation's end; not with pin or archive. */
  updatedAt: z.string(),
})
export type Conversation = z.infer<typeof conversationSchema>

/** A conversation's folded state and the cursor that it stands at. */
export const snapshotSchema = z.object({
  conversation: conversationSchema,
  /** The newest page of the path, oldest first, and every message that is running on any branch. */
  messages: z.array(messageSchema),
  /** The seq of the last event in this state, as a decimal string. */
  cursor: z.string(),
  /** `messages.list`'s `before` for the page above this one; null at the root. */
  nextCursor: z.string().nullable(),
})
export type Snapshot = z.infer<typeof snapshotSchema>
