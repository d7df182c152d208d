import { activityFollowInput } from '@holdfast/shared'
import { tracked } from '@trpc/server'
import { procedure, router } from '../trpc/procedures.ts'
import { subscriptionSignal } from '../trpc/subscription-signal.ts'
import { followActivity } from './follow-activity.ts'

export const activityRouter = router({
  follow: procedure.input(activityFollowInput).subscription(async function* ({ ctx, signal }) {
    for await (const { n, items } of followActivity(ctx.deps, ctx.user.id, subscriptionSignal(signal))) {
      yield tracked(String(n), items)
    }
  }),
})
