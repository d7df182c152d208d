import { streamFollowInput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { subscriptionSignal } from '../trpc/subscription-signal.ts'
import { followStream } from './follow-stream.ts'

export const streamRouter = router({
  follow: procedure
    .meta({
      description:
        'Several subscriptions over one: for server-sent events, of which a browser allows six at a time for each server. Each item names its subscription by `key`. A subscription that is refused or ends leaves the others alone. An `activity.follow` whose `lastEventId` is still current begins without `refetch`.',
      yields: "{ key, type: 'data', id, data } | { key, type: 'error', error } | { key, type: 'end' }",
    })
    .input(streamFollowInput)
    .subscription(async function* ({ ctx, input, signal }) {
      yield* followStream(ctx, input, subscriptionSignal(signal))
    }),
})
