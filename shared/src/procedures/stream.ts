import { z } from 'zod'

/** The most subscriptions of one stream. */
export const maxStreamSubscriptions = 32

/** `input` is checked for each subscription by itself, so that a refused one does not end the others. */
export const streamFollowInput = z.object({
  subscriptions: z
    .array(
      z.object({
        /** Chosen by the client; each item carries the key of its subscription. */
        key: z.string().min(1).max(64),
        path: z.enum(['activity.follow', 'conversations.follow']),
        /** The input of that subscription, with its `lastEventId`. */
        input: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(maxStreamSubscriptions),
})
export type StreamPath = z.infer<typeof streamFollowInput>['subscriptions'][number]['path']
