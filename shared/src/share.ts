import { z } from 'zod'
import {
  filePartSchema,
  messageStatusSchema,
  reasoningPartSchema,
  remarkPartSchema,
  textPartSchema,
  toolCallPartSchema,
} from './message.ts'

/** `snapshot`: as it was when the link was made. `live`: as it is when it is read. */
export const shareKinds = ['snapshot', 'live'] as const
export const shareKindSchema = z.enum(shareKinds)
export type ShareKind = z.infer<typeof shareKindSchema>

/** A link to a conversation, as its owner sees it. */
export const shareSchema = z.object({
  id: z.string(),
  conversationId: z.string(),
  /** What the link holds. Null: the secret of the server has changed since; the link still works, but cannot be shown again. */
  token: z.string().nullable(),
  url: z.string().nullable(),
  kind: shareKindSchema,
  /** The message that the shared branch leads through; null for a live link to the branch that its owner has open. */
  leafId: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  /** How often it was opened, by programs that say that they are some not counted. */
  views: z.number().int().nonnegative(),
})
export type Share = z.infer<typeof shareSchema>

/** A part of a shared message: nothing that names its owner or that is not shown. */
export const sharedPartSchema = z.discriminatedUnion('type', [
  textPartSchema,
  reasoningPartSchema,
  toolCallPartSchema.pick({ type: true, name: true, args: true, state: true, result: true, error: true }),
  filePartSchema
    .pick({ type: true, fileId: true, name: true, mediaType: true, bytes: true, width: true, height: true })
    /** A path at this server. It leads to a signed address for as long as the link is valid. */
    .extend({ url: z.string() }),
  remarkPartSchema.pick({ type: true, text: true, createdAt: true }),
])
export type SharedPart = z.infer<typeof sharedPartSchema>

export const sharedMessageSchema = z.object({
  id: z.string(),
  role: z.enum(['user', 'assistant']),
  status: messageStatusSchema,
  parts: z.array(sharedPartSchema),
  createdAt: z.string(),
})
export type SharedMessage = z.infer<typeof sharedMessageSchema>

/** What whoever has the link can read: a page of one branch, oldest first. */
export const sharedConversationSchema = z.object({
  title: z.string(),
  kind: shareKindSchema,
  /** When the link was made. */
  createdAt: z.string(),
  messages: z.array(sharedMessageSchema),
  /** `shares.read`'s `before` for the page above this one; null at the start. */
  nextCursor: z.string().nullable(),
})
export type SharedConversation = z.infer<typeof sharedConversationSchema>
