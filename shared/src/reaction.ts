import { z } from 'zod'

/** Thumbs, a star, which search finds by `is:starred`, or one emoji. */
const namedReactions = ['up', 'down', 'star'] as const

/** Made when it is needed, since not every browser that shows the page knows the flag `v`. */
const isOneEmoji = (text: string) => new RegExp(String.raw`^\p{RGI_Emoji}$`, 'v').test(text)
/** UTF-16 units: the longest emoji of Unicode 17 has 35. */
const maxReactionLength = 40

export const reactionSchema = z
  .string()
  .max(maxReactionLength)
  .refine((text) => namedReactions.some((name) => name === text) || isOneEmoji(text), {
    error: 'must be up, down, star or one emoji',
  })

/** Different reactions to one message. */
export const maxReactions = 20

/** A reaction to a message and the users who gave it, in the order in which they did. */
export const messageReactionSchema = z.object({ reaction: z.string(), userIds: z.array(z.string()).min(1) })
export type MessageReaction = z.infer<typeof messageReactionSchema>

export interface ReactionChange {
  readonly reaction: string
  readonly userId: string
  readonly on: boolean
}

/** The reactions after a change, in the order in which each was first given. The same change again changes nothing. */
export function changeReactions(
  reactions: readonly MessageReaction[],
  { reaction, userId, on }: ReactionChange,
): MessageReaction[] {
  const known = reactions.find((each) => each.reaction === reaction)
  if (!known) return on ? [...reactions, { reaction, userIds: [userId] }] : [...reactions]
  const others = known.userIds.filter((id) => id !== userId)
  if (!on && others.length === 0) return reactions.filter((each) => each !== known)
  const userIds = !on ? others : known.userIds.includes(userId) ? known.userIds : [...known.userIds, userId]
  return reactions.map((each) => (each === known ? { reaction, userIds } : each))
}
