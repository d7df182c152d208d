import { z } from 'zod'
import { maxFilesPerMessage } from '../file.ts'
import { modelName, nextCursor, opaqueCursor, utcOffsetMinutes } from '../fields.ts'
import { uuidSchema } from '../ids.ts'
import { filePartSchema, jsonSchema, messageSchema, messageStatusSchema, toolCallStateSchema, usageSchema } from '../message.ts'
import { defaultContentLength, isBlank, maxContentLength, userTextSchema } from '../text.ts'

const id = z.string()
const conversationId = uuidSchema
const messageId = uuidSchema
const requestId = uuidSchema
/** The server's own limit is `limits.contentLength` of `system.info`. */
const content = userTextSchema(maxContentLength).meta({
  description: `1 to ${defaultContentLength} characters, or as many as system.info says; may be empty with files`,
})
/** Files of this user that are `ready`, in the order in which they are shown. */
const files = z
  .array(uuidSchema)
  .max(maxFilesPerMessage)
  .refine((ids) => new Set(ids).size === ids.length, { error: 'must not name a file twice' })
  .optional()

/** A message is visible text, files, or both. */
const hasContent = ({ content: text, files: ids }: { content: string; files?: readonly string[] | undefined }) =>
  text === '' ? ids !== undefined && ids.length > 0 : !isBlank(text)
const blank = { error: 'must not be blank', path: ['content'] }

/**
 * One command for `send` and `complete`. Without a `conversationId` a conversation is created; with `create: true` it is created under
 * that id unless it exists. `parentId: null` starts a new root; without the key the message goes to the end of the active path.
 */
export const messagesSendInput = z
  .strictObject({
    requestId,
    conversationId: conversationId.optional(),
    create: z.boolean().optional(),
    parentId: messageId.nullish(),
    content,
    files,
    model: modelName.optional(),
    userMessageId: messageId.optional(),
    assistantMessageId: messageId.optional(),
    utcOffsetMinutes: utcOffsetMinutes.optional(),
  })
  .refine(hasContent, blank)
export type SendInput = z.infer<typeof messagesSendInput>
export const messagesSendOutput = z.object({ conversationId: id, userMessageId: id, assistantMessageId: id })

export const messagesCompleteOutput = z.object({
  conversationId: id,
  messageId: id,
  status: messageStatusSchema,
  response: z.string(),
  files: z.array(filePartSchema).optional(),
  toolCalls: z.array(
    z.object({
      callId: id,
      name: z.string(),
      args: jsonSchema,
      result: jsonSchema.optional(),
      error: z.string().optional(),
    }),
  ),
  usage: usageSchema.nullable(),
})

export const messagesListInput = z.strictObject({
  conversationId,
  leafId: messageId.optional(),
  limit: z.number().int().min(1).max(200).default(100),
  before: opaqueCursor,
})
export const messagesListOutput = z.object({
  conversationId: id,
  messageCount: z.number(),
  messages: z.array(messageSchema),
  nextCursor,
})

export const messagesStatusInput = z.strictObject({ conversationId })
export const messagesStatusOutput = z.object({
  hasActiveGeneration: z.boolean(),
  /** The newest of `generatingMessageIds`. */
  generatingMessageId: id.nullable(),
  generatingMessageIds: z.array(id),
  lastUpdated: z.string(),
})

export const messagesContentInput = z.strictObject({ messageId })
export const messagesContentOutput = z.object({
  id,
  content: z.string(),
  status: messageStatusSchema,
  lastUpdated: z.string(),
  /** The conversation's cursor at which this content was read: follow from here. */
  cursor: z.string(),
})

/** Of the model and tool calls of one answer, the first this many are told. */
export const maxTimelineCalls = 500

export const messagesTimelineInput = z.strictObject({ messageId })
export const messagesTimelineOutput = z.object({
  messageId: id,
  status: messageStatusSchema,
  /** When the answer, or its last continuation, was asked for. One that was imported or copied has nothing but this. */
  queuedAt: z.string(),
  /** When work on it began. Null: not yet. */
  startedAt: z.string().nullable(),
  /** When its first text or reasoning was on disk. Null: there is none yet, or the log of that time is not kept any more. */
  firstTokenAt: z.string().nullable(),
  /** When it ended. Null: it has not. */
  endedAt: z.string().nullable(),
  /** Tokens per second while the model wrote: the wait for the first token and the time of tools are not counted. Null: unknown. */
  tokensPerSecond: z.number().nullable(),
  /** Model calls that failed and were tried again. */
  retries: z.number().int(),
  /** How often a worker took it: once, and again after a restart, a crash or an approval. */
  claims: z.number().int(),
  /** How often it was continued. */
  continuations: z.number().int(),
  /** Millionths of a dollar. Null: that of a call is unknown. */
  costMicroUsd: z.number().nullable(),
  /** In the order of their begin, at most 500. */
  modelCalls: z.array(
    z.object({
      step: z.number().int(),
      provider: z.string(),
      model: z.string(),
      state: z.enum(['open', 'completed', 'cancelled', 'failed', 'crashed']),
      startedAt: z.string(),
      endedAt: z.string().nullable(),
      inputTokens: z.number().int(),
      outputTokens: z.number().int(),
      cachedInputTokens: z.number().int(),
      /** The provider did not say: these are our own counts. */
      estimated: z.boolean(),
      costMicroUsd: z.number().nullable(),
      errorCode: z.string().nullable(),
    }),
  ),
  /** In the order in which they were asked for, at most 500. */
  toolCalls: z.array(
    z.object({
      callId: z.string(),
      step: z.number().int(),
      name: z.string(),
      state: toolCallStateSchema,
      /** When the model asked for it. */
      createdAt: z.string(),
      /** When it began to act; null for a tool that acts and ends in one step. */
      startedAt: z.string().nullable(),
      endedAt: z.string().nullable(),
    }),
  ),
})

export const messagesRequestInput = z.strictObject({
  messageId,
  /** As in the timeline, from 0. Omitted: that of the newest call. */
  step: z.number().int().nonnegative().max(1_000_000).optional(),
  /** The number of the call among those of its step, from 1: a step is asked for again after a failure, a crash and a continuation. Omitted: the newest. */
  attempt: z.number().int().positive().max(1_000_000).optional(),
})
export const messagesRequestOutput = z.object({
  messageId: id,
  /** The calls to choose from, in the order of their begin, at most 500. */
  calls: z.array(
    z.object({
      step: z.number().int(),
      attempt: z.number().int(),
      provider: z.string(),
      model: z.string(),
      state: z.enum(['open', 'completed', 'cancelled', 'failed', 'crashed']),
      startedAt: z.string(),
    }),
  ),
  /** Null: no model was asked for this answer, for example because it is a copy. */
  shown: z
    .object({
      step: z.number().int(),
      attempt: z.number().int(),
      provider: z.string(),
      model: z.string(),
      /** SHA-256 of the body in hex, written down when it was sent. Null: it was sent by an older version, or not at all. */
      sha256: z.string().nullable(),
      /** Null: it is not kept any more, see `LOG_KEEP_DAYS`. */
      sent: z
        .object({
          sentAt: z.string(),
          bytes: z.number().int(),
          /** The body as it went to the provider: `model`, `messages` or `input`, `tools`, and what else it has. As text without spaces it is what was sent, byte by byte, but that the bytes of a file are `file:` and the SHA-256 of the file. No key is ever part of a body. */
          request: jsonSchema,
          /** What is kept, put together again with the bytes of its files, has that hash. */
          matches: z.boolean(),
          /** Files of the request whose bytes are gone: without them it cannot match. */
          missingFiles: z.number().int(),
        })
        .nullable(),
    })
    .nullable(),
})

export const messagesPollInput = z.strictObject({ conversationId, since: z.string().max(200).nullish() })
export const messagesPollOutput = z.object({
  messages: z.array(messageSchema),
  /** More messages than fit (200): poll again immediately with `now`. */
  hasMore: z.boolean(),
  /** An answer is still being generated: poll again later with `now`. */
  hasMoreGenerating: z.boolean(),
  now: z.string(),
})

export const messagesCancelInput = z.strictObject({ messageId })
export const messagesCancelOutput = z.object({ id, status: messageStatusSchema })

export const messagesRegenerateInput = z.strictObject({
  requestId,
  messageId,
  model: modelName.optional(),
  utcOffsetMinutes: utcOffsetMinutes.optional(),
})
export const messagesRegenerateOutput = z.object({ assistantMessageId: id })

/** Without `files` the new question has the files of the old one; `[]` removes them. */
export const messagesEditInput = z
  .strictObject({
    requestId,
    messageId,
    content,
    files,
    utcOffsetMinutes: utcOffsetMinutes.optional(),
  })
  .refine(({ content: text, files: ids }) => (text === '' ? ids?.length !== 0 : !isBlank(text)), blank)
export const messagesEditOutput = z.object({ userMessageId: id, assistantMessageId: id })

export const messagesContinueInput = z.strictObject({ requestId, messageId })
export const messagesContinueOutput = z.object({ assistantMessageId: id })

/** A remark for a running answer: visible text, as long as a message may be. */
export const messagesSteerInput = z.strictObject({ requestId, messageId, content }).refine(hasContent, blank)
export type SteerInput = z.infer<typeof messagesSteerInput>
export const messagesSteerOutput = z.object({ messageId: id, remarkId: id })

export const messagesDeleteInput = z.strictObject({ requestId, messageId })
export const messagesDeleteOutput = z.object({ messageId: id })

export const messagesWithdrawInput = z.strictObject({ requestId, messageId })
/** `content` and `files`: those of the withdrawn question, to be edited and sent again. */
export const messagesWithdrawOutput = z.object({ messageId: id, content: z.string(), files: z.array(filePartSchema).optional() })
