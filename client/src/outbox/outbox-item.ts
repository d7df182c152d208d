import type { Id, SendInput } from '@holdfast/shared'
import * as z from 'zod/mini'

const failureSchema = z.object({
  code: z.nullable(z.string()),
  reason: z.nullable(z.string()),
  message: z.string(),
})

/** What is kept on the device until the server has it. Times are ISO-8601 UTC. */
export const storedItemSchema = z.object({
  requestId: z.string(),
  conversationId: z.string(),
  /** The conversation may not exist yet. */
  create: z.boolean(),
  /** Null: a new root. Absent: the server's idea of where the conversation ends. */
  parentId: z.optional(z.nullable(z.string())),
  content: z.string(),
  model: z.nullable(z.string()),
  /** What the model is told before everything else: the conversation is made with it, before its first message. */
  instructions: z.optional(z.string()),
  userMessageId: z.string(),
  assistantMessageId: z.string(),
  createdAt: z.string(),
  /** Why the server refused it; trying the same again is useless. */
  failure: z.nullable(failureSchema),
})
export type StoredItem = z.infer<typeof storedItemSchema>
export type OutboxFailure = z.infer<typeof failureSchema>

/**
 * `sending`: on its way for the first time. `unsent`: the server was not reached, it is tried again. `failed`: refused, a person
 * decides. `sent`: the server has it, and this device waits to see it in the log.
 */
export type DeliveryState = 'sending' | 'unsent' | 'failed' | 'sent'

export interface OutboxItem extends StoredItem {
  readonly state: DeliveryState
  /** When it is tried again, in milliseconds since the epoch; null: as soon as it can. */
  readonly retryAt: number | null
  /** Nobody is signed in who could send it. */
  readonly needsSignIn: boolean
}

export interface OutboxCommand {
  readonly conversationId: Id
  readonly create: boolean
  readonly parentId: Id | null | undefined
  readonly content: string
  readonly model: string | null
  readonly instructions?: string
}

/** What is set for a conversation before its first message. */
export interface NewConversation {
  readonly conversationId: Id
  readonly instructions: string
  readonly model?: string
}

/** What makes the conversation of a first message with what was set for it. Null: sending makes it. */
export function itemToCreateInput({ create, conversationId, model, instructions }: StoredItem): NewConversation | null {
  if (!create || instructions === undefined) return null
  return { conversationId, instructions, ...(model === null ? {} : { model }) }
}

export function itemToSendInput(item: StoredItem): SendInput {
  return {
    requestId: item.requestId,
    conversationId: item.conversationId,
    ...(item.create ? { create: true } : {}),
    ...(item.parentId === undefined ? {} : { parentId: item.parentId }),
    content: item.content,
    ...(item.model === null ? {} : { model: item.model }),
    userMessageId: item.userMessageId,
    assistantMessageId: item.assistantMessageId,
    utcOffsetMinutes: -new Date(item.createdAt).getTimezoneOffset(),
  }
}
