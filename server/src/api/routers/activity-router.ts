import { activityFollowInput } from '@holdfast/shared'
import { tracked } from '@trpc/server'
import { procedure, router } from '../trpc/procedures.ts'
import { subscriptionSignal } from '../trpc/subscription-signal.ts'
import { followActivity } from '../../activity/follow-activity.ts'

export const activityRouter = router({
  follow: procedure
    .meta({
      description:
        'What changes for the user outside the open conversation: lists, titles, states, plans. The first item, and the first after any gap, is `refetch`.',
      yields: 'tracked(number, Activity[])',
    })
    .input(activityFollowInput)
    .subscription(async function* ({ ctx, signal }) {
      for await (const { n, items } of followActivity(ctx.deps, ctx.user.id, subscriptionSignal(signal))) {
        yield tracked(String(n), items)
      }
    }),
})
