import { z } from 'zod'
import { answerParametersInput } from '../answer-parameters.ts'
import { conversationSchema, maxTitleLength, snapshotSchema } from '../conversation.ts'
import { logCursorPattern, modelName, nextCursor, opaqueCursor, pageDirection } from '../fields.ts'
import { uuidSchema } from '../ids.ts'
import { messageSchema } from '../message.ts'
import { userTextSchema, visibleTextSchema } from '../text.ts'

export const maxInstructionsLength = 20_000

const conversationId = uuidSchema
const messageId = uuidSchema
const title = visibleTextSchema(maxTitleLength)
const instructions = userTextSchema(maxInstructionsLength)

export const conversationsListInput = z.strictObject({
  cursor: opaqueCursor,
  limit: z.number().int().min(1).max(100).default(30),
  archived: z.boolean().default(false),
  trashed: z.boolean().default(false),
  /** Only pinned or only unpinned ones; omitted: both. */
  pinned: z.boolean().optional(),
  direction: pageDirection,
})
export const conversationsListOutput = z.object({ items: z.array(conversationSchema), nextCursor })

export const conversationsGetInput = z.strictObject({
  conversationId,
  leafId: messageId.optional(),
  /** With `leafId`: continue from there down to the newest answer below it, as the branch switcher does. */
  descend: z.boolean().default(false),
  limit: z.number().int().min(1).max(200).default(100),
})
export const conversationsGetOutput = snapshotSchema

export const conversationsCreateInput = z.strictObject({
  conversationId: conversationId.optional(),
  title: title.optional(),
  model: modelName.nullish(),
  instructions: instructions.nullish(),
  parameters: answerParametersInput.nullish(),
})
export const conversationsUpdateInput = z.strictObject({
  conversationId,
  title: title.optional(),
  model: modelName.nullish(),
  instructions: instructions.nullish(),
  /** All of them: those that are left out are unset. Null unsets all. */
  parameters: answerParametersInput.nullish(),
  pinned: z.boolean().optional(),
  archived: z.boolean().optional(),
  activeMessageId: messageId.optional(),
})
export const conversationsDeleteInput = z.strictObject({ conversationId, permanent: z.boolean().default(false) })
export const conversationsDeleteOutput = z.object({ conversationId: z.string() })
export const conversationsRestoreInput = z.strictObject({ conversationId })
export const conversationsMarkReadInput = z.strictObject({
  conversationId,
  cursor: z.string().regex(logCursorPattern, 'must be a cursor: a decimal number'),
})
export const conversationsForkInput = z.strictObject({
  requestId: uuidSchema,
  messageId,
  /** The copy is of the path as it was after the event with this seq. Omitted: as it is now. */
  cursor: z.string().regex(logCursorPattern, 'must be a cursor: a decimal number').optional(),
})

/** A moment in the life of a conversation: a `cursor`, or the last event `at` a time. */
export const conversationsAtInput = z
  .strictObject({
    conversationId,
    cursor: z.string().regex(logCursorPattern, 'must be a cursor: a decimal number').optional(),
    at: z.iso.datetime().optional(),
    leafId: messageId.optional(),
    limit: z.number().int().min(1).max(200).default(100),
  })
  .refine(({ cursor, at }) => (cursor === undefined) !== (at === undefined), {
    error: 'name either a cursor or a time',
    path: ['cursor'],
  })
/** `nextCursor` is the id of the oldest message: its parent is the `leafId` of the page above. */
export const conversationsAtOutput = snapshotSchema

/** What a person recognises in the life of a conversation. */
export const momentKinds = ['question', 'edited', 'another-answer', 'answered', 'stopped', 'deleted', 'renamed'] as const
export const conversationsMomentsInput = z.strictObject({
  conversationId,
  /** The `nextCursor` of the page of newer moments. */
  cursor: z.string().regex(logCursorPattern, 'must be a cursor that this server gave').nullish(),
  limit: z.number().int().min(1).max(100).default(50),
})
export const conversationsMomentsOutput = z.object({
  /** The newest first. */
  items: z.array(
    z.object({
      kind: z.enum(momentKinds),
      /** Of the state to look at: after the event, but for `deleted`, where it is the one before. */
      cursor: z.string(),
      at: z.string(),
      /** Null for `renamed`. */
      messageId: z.string().nullable(),
      /** The beginning of the message, or the title; empty where nothing of it is known. */
      text: z.string(),
    }),
  ),
  nextCursor,
  /** The oldest state that can be told. */
  earliest: z.string(),
})

/** A page of every message of a conversation, on all of its branches. */
export const conversationsExportInput = z.strictObject({
  conversationId,
  cursor: z.string().regex(logCursorPattern, 'must be a cursor that this server gave').nullish(),
  limit: z.number().int().min(1).max(200).default(100),
})
export const conversationsExportOutput = z.object({
  conversation: conversationSchema,
  /** In the order in which they were added: a parent comes before its children. */
  messages: z.array(messageSchema),
  nextCursor,
})

/** Subscriptions ignore unknown keys, because links add some. A malformed `lastEventId` is answered with a snapshot. */
export const conversationsFollowInput = z.object({ conversationId, lastEventId: z.string().nullish() })
