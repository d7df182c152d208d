import { z } from 'zod'
import { conversationSchema } from '../conversation.ts'
import { fileSchema } from '../file.ts'

export const activityFollowInput = z.object({ lastEventId: z.string().nullish() }).nullish()

/** A change for a user outside the open conversation. Items carry state only, so a repeat is harmless. */
export const activitySchema = z.discriminatedUnion('type', [
  /** Lists may be stale: fetch them again. The first item of every subscription, and the first after a gap. */
  z.object({ type: z.literal('refetch') }),
  z.object({ type: z.literal('conversation'), conversation: conversationSchema }),
  z.object({ type: z.literal('conversation-removed'), conversationId: z.string() }),
  z.object({ type: z.literal('planner') }),
  /** The models that the user may choose from have changed: read `models.list` and `system.info` again. */
  z.object({ type: z.literal('models') }),
  /** A file of the user has been examined: it is `ready` or `refused`. */
  z.object({ type: z.literal('file'), file: fileSchema }),
])
export type Activity = z.infer<typeof activitySchema>
