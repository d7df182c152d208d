import type { AnswerParameters, Id, SendInput } from '@holdfast/shared'
import * as z from 'zod/mini'
import { storedParametersSchema } from './stored-parameters.ts'

const fileSchema = z.object({ fileId: z.string(), name: z.string(), mediaType: z.string(), bytes: z.number() })

/** A file of a message, as it is shown before the server has the message. `bytes`: its size. */
export type OutboxFile = z.infer<typeof fileSchema>

const failureSchema = z.object({
  code: z.nullable(z.string()),
  reason: z.nullable(z.string()),
  message: z.string(),
})

/** A message as it is kept on the device until the server has it. Times are ISO-8601 UTC. */
const storedItemSchema = z.object({
  requestId: z.string(),
  conversationId: z.string(),
  /** The conversation may not exist yet. */
  create: z.boolean(),
  /** Null: a new root. Absent: the end of the active branch, which the server knows. */
  parentId: z.optional(z.nullable(z.string())),
  content: z.string(),
  /** The message waits until these have arrived. */
  files: z.optional(z.array(fileSchema)),
  model: z.nullable(z.string()),
  /** Instructions for the model: the conversation is made with them, before its first message. */
  instructions: z.optional(z.string()),
  /** As the instructions. */
  parameters: z.optional(storedParametersSchema),
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
  /** It is sent when someone signs in. */
  readonly needsSignIn: boolean
  /** False: it is lost when the page is closed, because the browser's storage is forbidden or full. */
  readonly isKept: boolean
}

export interface OutboxCommand {
  readonly conversationId: Id
  readonly create: boolean
  readonly parentId: Id | null | undefined
  readonly content: string
  readonly files?: readonly OutboxFile[]
  readonly model: string | null
  readonly instructions?: string
  readonly parameters?: AnswerParameters
}

/** The settings of a conversation that is made before its first message. */
export interface NewConversation {
  readonly conversationId: Id
  readonly instructions?: string
  readonly parameters?: AnswerParameters
  readonly model?: string
}

/** The command that makes the conversation of a first message. Null: sending the message makes it. */
export function itemToCreateInput(item: StoredItem): NewConversation | null {
  const { create, conversationId, model, instructions, parameters } = item
  if (!create || (instructions === undefined && parameters === undefined)) return null
  return {
    conversationId,
    ...(instructions === undefined ? {} : { instructions }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(model === null ? {} : { model }),
  }
}

export function itemToSendInput(item: StoredItem): SendInput {
  return {
    requestId: item.requestId,
    conversationId: item.conversationId,
    ...(item.create ? { create: true } : {}),
    ...(item.parentId === undefined ? {} : { parentId: item.parentId }),
    content: item.content,
    ...(item.files && item.files.length > 0 ? { files: item.files.map(({ fileId }) => fileId) } : {}),
    ...(item.model === null ? {} : { model: item.model }),
    userMessageId: item.userMessageId,
    assistantMessageId: item.assistantMessageId,
    utcOffsetMinutes: -new Date(item.createdAt).getTimezoneOffset(),
  }
}

/** Null for an entry that is no message of this or an older page. */
export function readStoredItem(value: unknown): StoredItem | null {
  return storedItemSchema.safeParse(value).data ?? null
}
