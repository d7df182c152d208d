import { z } from 'zod'
import { conversationSchema, snapshotSchema } from './conversation.ts'
import { tokenScopeSchema } from './commands.ts'
import { messageStatusSchema } from './generation.ts'
import { jsonSchema, messageSchema, toolCallStateSchema, usageSchema } from './message.ts'

const id = z.string()
const time = z.string()

export const conversationsListOutput = z.object({ items: z.array(conversationSchema), nextCursor: z.string().nullable() })
export const conversationsGetOutput = snapshotSchema
export const conversationsExportOutput = z.object({
  conversation: conversationSchema,
  /** In the order in which they were added: a parent comes before its children. */
  messages: z.array(messageSchema),
  nextCursor: z.string().nullable(),
})
export const conversationsDeleteOutput = z.object({ conversationId: id })

export const messagesSendOutput = z.object({ conversationId: id, userMessageId: id, assistantMessageId: id })
export const messagesCompleteOutput = z.object({
  conversationId: id,
  messageId: id,
  status: messageStatusSchema,
  response: z.string(),
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
export const messagesListOutput = z.object({
  conversationId: id,
  messageCount: z.number(),
  messages: z.array(messageSchema),
  nextCursor: z.string().nullable(),
})
export const messagesStatusOutput = z.object({
  hasActiveGeneration: z.boolean(),
  /** The newest of `generatingMessageIds`. */
  generatingMessageId: id.nullable(),
  generatingMessageIds: z.array(id),
  lastUpdated: time,
})
export const messagesContentOutput = z.object({
  id,
  content: z.string(),
  status: messageStatusSchema,
  lastUpdated: time,
  /** The conversation's cursor that this content stands at: follow from here. */
  cursor: z.string(),
})
export const messagesPollOutput = z.object({
  messages: z.array(messageSchema),
  /** More messages than fit (200): poll again at once with `now`. */
  hasMore: z.boolean(),
  /** An answer is still on its way: poll again in a while with `now`. */
  hasMoreGenerating: z.boolean(),
  now: z.string(),
})
export const messagesCancelOutput = z.object({ id, status: messageStatusSchema })
export const messagesRegenerateOutput = z.object({ assistantMessageId: id })
export const messagesEditOutput = z.object({ userMessageId: id, assistantMessageId: id })
export const messagesContinueOutput = z.object({ assistantMessageId: id })
export const messagesDeleteOutput = z.object({ messageId: id })
/** `content`: what the message said, to be written on. */
export const messagesWithdrawOutput = z.object({ messageId: id, content: z.string() })
export const toolCallsDecideOutput = z.object({ callId: z.string(), state: toolCallStateSchema })
export const draftOutput = z.object({ conversationId: id.nullable(), content: z.string(), updatedAt: time.nullable() })

export const accessTokenSchema = z.object({
  id,
  name: z.string(),
  scopes: z.array(tokenScopeSchema),
  /** The first characters, to recognise it by; the whole token is shown once, when it is made. */
  prefix: z.string(),
  createdAt: time,
  expiresAt: time.nullable(),
  lastUsedAt: time.nullable(),
})
export type AccessToken = z.infer<typeof accessTokenSchema>
export const tokensListOutput = z.object({ items: z.array(accessTokenSchema) })
export const tokensCreateOutput = accessTokenSchema.extend({ token: z.string() })
export const tokensRevokeOutput = z.object({ tokenId: id })

export const modelSchema = z.object({
  id,
  provider: z.string(),
  /** True for the built-in rule-based program, which is no AI. */
  demo: z.boolean(),
  isDefault: z.boolean(),
  /** Tokens that prompt and answer may have together; null is unknown. */
  contextWindow: z.number().nullable(),
  /** Millionths of a dollar for a million tokens; null is unknown, never nothing. */
  inputMicroUsd: z.number().nullable(),
  outputMicroUsd: z.number().nullable(),
})
export type Model = z.infer<typeof modelSchema>
export const modelsListOutput = z.object({
  items: z.array(modelSchema),
  /** Set when the provider's own list could not be read; the configured model is still in `items`. */
  warning: z.string().nullable(),
})

export const mcpServerHealthSchema = z.object({
  name: z.string(),
  transport: z.enum(['http', 'stdio']),
  state: z.enum(['connected', 'connecting', 'failed']),
  /** What went wrong last, as a sentence for people. Null once it works. */
  error: z.string().nullable(),
  /** How many of its tools may be used. */
  tools: z.number(),
})
export type McpServerHealth = z.infer<typeof mcpServerHealthSchema>
export const toolsListOutput = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      description: z.string(),
      /** `holdfast`, or the name of the server that it comes from. */
      source: z.string(),
      needsApproval: z.boolean(),
      readOnly: z.boolean(),
    }),
  ),
  mcpServers: z.array(mcpServerHealthSchema),
})
export type ToolsList = z.infer<typeof toolsListOutput>

export const systemInfoOutput = z.object({
  name: z.literal('holdfast'),
  version: z.string(),
  /** Changes when the shapes on the wire do: a page built for another one offers a reload. */
  contract: z.string(),
  database: z.enum(['pglite', 'postgres']),
  model: z.object({ id, provider: z.string(), host: z.string(), demo: z.boolean() }),
  limits: z.object({ messagesPerMinute: z.number(), contentLength: z.number() }),
  user: z.object({ id, name: z.string(), email: z.string().nullable(), isGuest: z.boolean() }),
})
export type SystemInfo = z.infer<typeof systemInfoOutput>
