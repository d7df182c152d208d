import { z } from 'zod'
import { conversationSchema } from '../conversation.ts'
import { uuidSchema } from '../ids.ts'
import { shareKindSchema, sharedConversationSchema, shareSchema } from '../share.ts'

/** Any text: one that no link holds is NOT_FOUND, whatever it looks like. */
const token = z.string().max(200)

export const sharesListInput = z.strictObject({ conversationId: uuidSchema })
export const sharesListOutput = z.object({ items: z.array(shareSchema) })

export const sharesCreateInput = z.strictObject({
  conversationId: uuidSchema,
  kind: shareKindSchema,
  /** The message that the branch leads through. Omitted: the branch that is open; a snapshot keeps it, a live link follows. */
  leafId: uuidSchema.optional(),
  expiresAt: z.iso.datetime({ offset: true }).nullish(),
})
export const sharesCreateOutput = shareSchema

export const sharesRevokeInput = z.strictObject({ shareId: uuidSchema })
export const sharesRevokeOutput = z.object({ shareId: z.string() })

export const sharesReadInput = z.strictObject({ token, before: uuidSchema.optional() })
export const sharesReadOutput = sharedConversationSchema

/** Subscriptions ignore unknown keys, because links add some. */
export const sharesFollowInput = z.object({ token, lastEventId: z.string().nullish() })

export const sharesCopyInput = z.strictObject({ requestId: uuidSchema, token })
export const sharesCopyOutput = conversationSchema
