import { z } from 'zod'
import { maxTitleLength } from './conversation.ts'
import { uuidSchema } from './ids.ts'
import { maxContentLength, userTextSchema, visibleTextSchema } from './text.ts'

export const maxInstructionsLength = 20_000
export const maxDraftLength = 100_000
export const maxModelLength = 200

const conversationId = uuidSchema
const messageId = uuidSchema
const requestId = uuidSchema
const content = visibleTextSchema(maxContentLength)
const model = visibleTextSchema(maxModelLength)
const title = visibleTextSchema(maxTitleLength)
const instructions = userTextSchema(maxInstructionsLength)
const opaqueCursor = z.string().max(200)
const pathLimit = z.number().int().min(1).max(200).default(100)

export const conversationsListInput = z.strictObject({
  cursor: opaqueCursor.nullish(),
  limit: z.number().int().min(1).max(100).default(30),
  archived: z.boolean().default(false),
  trashed: z.boolean().default(false),
  /** Only those that are pinned, or only those that are not; left out: both. */
  pinned: z.boolean().optional(),
  /** tRPC's infinite queries add it by themselves; pages go one way only. */
  direction: z.literal('forward').optional(),
})
export const conversationsGetInput = z.strictObject({
  conversationId,
  leafId: messageId.optional(),
  /** With `leafId`: go on from there to the newest answer below it, as the branch switcher does. */
  descend: z.boolean().default(false),
  limit: pathLimit,
})
export const conversationsCreateInput = z.strictObject({
  conversationId: conversationId.optional(),
  title: title.optional(),
  model: model.nullish(),
  instructions: instructions.nullish(),
})
export const conversationsUpdateInput = z.strictObject({
  conversationId,
  title: title.optional(),
  model: model.nullish(),
  instructions: instructions.nullish(),
  pinned: z.boolean().optional(),
  archived: z.boolean().optional(),
  activeMessageId: messageId.optional(),
})
export const conversationsDeleteInput = z.strictObject({ conversationId, permanent: z.boolean().default(false) })
export const conversationsRestoreInput = z.strictObject({ conversationId })
export const conversationsMarkReadInput = z.strictObject({
  conversationId,
  cursor: z.string().regex(/^\d{1,15}$/u, 'must be a cursor: a decimal number'),
})
export const conversationsForkInput = z.strictObject({ requestId, messageId })
/** A page of every message of a conversation, on all of its branches. */
export const conversationsExportInput = z.strictObject({
  conversationId,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/u, 'must be a cursor that this server gave')
    .nullish(),
  limit: z.number().int().min(1).max(200).default(100),
})
/** Subscriptions ignore keys that they do not know: links add some. An odd `lastEventId` is answered by a snapshot. */
export const conversationsFollowInput = z.object({ conversationId, lastEventId: z.string().nullish() })

/**
 * One command for `send` and `complete`. Without a `conversationId` a conversation is made; with `create: true` it is made under that
 * id unless it exists. `parentId: null` starts a new root; without the key the message goes to the end of the active path.
 */
export const messagesSendInput = z.strictObject({
  requestId,
  conversationId: conversationId.optional(),
  create: z.boolean().optional(),
  parentId: messageId.nullish(),
  content,
  model: model.optional(),
  userMessageId: messageId.optional(),
  assistantMessageId: messageId.optional(),
  /** Minutes east of UTC where the person is: what "tomorrow" means to the tools. */
  utcOffsetMinutes: z.number().int().min(-840).max(840).optional(),
})
export const messagesListInput = z.strictObject({
  conversationId,
  leafId: messageId.optional(),
  limit: pathLimit,
  before: opaqueCursor.nullish(),
})
export const messagesStatusInput = z.strictObject({ conversationId })
export const messagesContentInput = z.strictObject({ messageId })
export const messagesPollInput = z.strictObject({ conversationId, since: z.string().max(200).nullish() })
export const messagesCancelInput = z.strictObject({ messageId })
export const messagesRegenerateInput = z.strictObject({
  requestId,
  messageId,
  model: model.optional(),
  utcOffsetMinutes: messagesSendInput.shape.utcOffsetMinutes,
})
export const messagesEditInput = z.strictObject({
  requestId,
  messageId,
  content,
  utcOffsetMinutes: messagesSendInput.shape.utcOffsetMinutes,
})
export const messagesContinueInput = z.strictObject({ requestId, messageId })
export const messagesDeleteInput = z.strictObject({ requestId, messageId })
export const messagesWithdrawInput = z.strictObject({ requestId, messageId })
/** A yes or no to a tool call that waits; the first decision counts. */
export const toolCallsDecideInput = z.strictObject({
  requestId,
  messageId,
  callId: z.string().max(100),
  approve: z.boolean(),
})
/** `conversationId: null` is the draft of a conversation that does not exist yet. */
export const draftsGetInput = z.strictObject({ conversationId: conversationId.nullable() })
export const draftsSetInput = z.strictObject({
  conversationId: conversationId.nullable(),
  content: userTextSchema(maxDraftLength),
})
export const activityFollowInput = z.object({ lastEventId: z.string().nullish() }).nullish()

export const tokenScopeSchema = z.enum(['api', 'mcp'])
export const tokensCreateInput = z.strictObject({
  tokenId: uuidSchema.optional(),
  name: visibleTextSchema(100),
  scopes: z.array(tokenScopeSchema).min(1).max(2).default(['api', 'mcp']),
  expiresInDays: z.number().int().min(1).max(3650).nullable().default(90),
})
export const tokensRevokeInput = z.strictObject({ tokenId: uuidSchema })

export type SendInput = z.infer<typeof messagesSendInput>
