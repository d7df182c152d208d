import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { userTextSchema } from '../text.ts'

export const maxDraftLength = 100_000

/** `null` is the draft of a conversation that does not exist yet. */
const conversationId = uuidSchema.nullable()

export const draftsGetInput = z.strictObject({ conversationId })
export const draftsSetInput = z.strictObject({ conversationId, content: userTextSchema(maxDraftLength) })
export const draftOutput = z.object({
  conversationId: z.string().nullable(),
  content: z.string(),
  updatedAt: z.string().nullable(),
})
