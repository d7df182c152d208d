import { z } from 'zod'
import { maxModelLength } from './commands.ts'
import { uuidSchema } from './ids.ts'
import { roleSchema } from './message.ts'
import { dateSchema } from './planner.ts'
import { visibleTextSchema } from './text.ts'

export const maxQueryLength = 500

/**
 * Words, "words side by side", -words that must not occur; the last word may be unfinished. `from` and `to` are days, both included,
 * where the person is. The answer to a query without words is empty.
 */
export const searchMessagesInput = z.strictObject({
  query: visibleTextSchema(maxQueryLength),
  cursor: z.string().max(200).nullish(),
  limit: z.number().int().min(1).max(50).default(20),
  conversationId: uuidSchema.optional(),
  role: roleSchema.optional(),
  model: visibleTextSchema(maxModelLength).optional(),
  hasToolCalls: z.boolean().optional(),
  from: dateSchema.optional(),
  to: dateSchema.optional(),
  utcOffsetMinutes: z.number().int().min(-840).max(840).default(0),
  includeArchived: z.boolean().default(true),
  /** tRPC's infinite queries add it by themselves; pages go one way only. */
  direction: z.literal('forward').optional(),
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
  /** The words around the first places that match, in one line, and where in it they are. */
  snippet: z.object({ text: z.string(), ranges: rangesSchema }),
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
  /** The best and newest first. */
  items: z.array(searchItemSchema),
  /** Conversations whose titles match, the newest first: at most 10, with the first page only, and only without filters of messages. */
  conversations: z.array(searchConversationSchema),
  nextCursor: z.string().nullable(),
})
