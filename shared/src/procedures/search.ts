import { z } from 'zod'
import { dateSchema } from '../date.ts'
import { modelName, nextCursor, opaqueCursor, pageDirection, timeZone, utcOffsetMinutes } from '../fields.ts'
import { uuidSchema } from '../ids.ts'
import { roleSchema } from '../message.ts'
import { visibleTextSchema } from '../text.ts'

export const maxQueryLength = 500

/**
 * `query`: words, "adjacent words", -words that must not occur; the last word may be unfinished. `from` and `to` are days in the
 * user's time zone, both inclusive. A query without words gives an empty answer.
 */
export const searchMessagesInput = z.strictObject({
  query: visibleTextSchema(maxQueryLength),
  cursor: opaqueCursor,
  limit: z.number().int().min(1).max(50).default(20),
  conversationId: uuidSchema.optional(),
  role: roleSchema.optional(),
  model: modelName.optional(),
  hasToolCalls: z.boolean().optional(),
  from: dateSchema.optional(),
  to: dateSchema.optional(),
  utcOffsetMinutes: utcOffsetMinutes.default(0),
  timeZone: timeZone.optional(),
  includeArchived: z.boolean().default(true),
  direction: pageDirection,
})

/** UTF-16 units, `end` exclusive. */
const rangesSchema = z.array(z.object({ start: z.number().int(), end: z.number().int() }))

export const searchItemSchema = z.object({
  conversationId: z.string(),
  conversationTitle: z.string(),
  archived: z.boolean(),
  messageId: z.string(),
  role: roleSchema,
  model: z.string().nullable(),
  hasToolCalls: z.boolean(),
  createdAt: z.string(),
  /** One line of text around the first matches, and the ranges that match in it. */
  snippet: z.object({ text: z.string(), ranges: rangesSchema }),
  /** The file of the message that the snippet is from. The snippet begins with its name. */
  file: z.object({ fileId: z.string(), name: z.string() }).optional(),
})
export type SearchItem = z.infer<typeof searchItemSchema>

export const searchConversationSchema = z.object({
  id: z.string(),
  title: z.string(),
  ranges: rangesSchema,
  archived: z.boolean(),
  updatedAt: z.string(),
})
export type SearchConversation = z.infer<typeof searchConversationSchema>

export const searchMessagesOutput = z.object({
  /** Ranked by relevance and recency, best first. */
  items: z.array(searchItemSchema),
  /** Conversations whose titles match, newest first: at most 10, on the first page only, and only without message filters. */
  conversations: z.array(searchConversationSchema),
  nextCursor,
})
