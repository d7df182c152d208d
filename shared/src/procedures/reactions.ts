import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { messageReactionSchema, reactionSchema } from '../reaction.ts'

/** `up` takes back `down`, and the other way round. */
export const reactionsSetInput = z.strictObject({ messageId: uuidSchema, reaction: reactionSchema, on: z.boolean() })
/** All reactions to the message. */
export const reactionsSetOutput = z.object({ messageId: z.string(), reactions: z.array(messageReactionSchema) })
