import {
  webhooksCreateInput,
  webhooksCreateOutput,
  webhooksDeleteInput,
  webhooksDeleteOutput,
  webhooksDeliveriesInput,
  webhooksDeliveriesOutput,
  webhooksListOutput,
  webhooksReplayInput,
  webhooksReplayOutput,
  webhooksUpdateInput,
  webhooksUpdateOutput,
} from '@holdfast/shared'
import { createWebhook } from '../../webhooks/commands/create-webhook.ts'
import { deleteWebhook } from '../../webhooks/commands/delete-webhook.ts'
import { replayWebhookDelivery } from '../../webhooks/commands/replay-webhook-delivery.ts'
import { updateWebhook } from '../../webhooks/commands/update-webhook.ts'
import { listWebhookDeliveries } from '../../webhooks/queries/list-webhook-deliveries.ts'
import { listWebhooks } from '../../webhooks/queries/list-webhooks.ts'
import { procedure, router } from '../trpc/procedures.ts'

export const webhooksRouter = router({
  list: procedure
    .meta({ description: "The user's webhooks, newest first, without their secrets." })
    .output(webhooksListOutput)
    .query(({ ctx }) => listWebhooks(ctx.deps, ctx.user.id)),
  create: procedure
    .meta({
      description:
        'Creates a webhook, at most 20. This is the only response with its secret, which signs what is sent as Standard Webhooks does. See docs/WEBHOOKS.md.',
      audit: { action: 'webhook.created', fields: ['events', 'includeText'] },
    })
    .input(webhooksCreateInput)
    .output(webhooksCreateOutput)
    .mutation(({ ctx, input }) => createWebhook(ctx.deps, ctx.user.id, input)),
  update: procedure
    .meta({
      description:
        'Changes a webhook; omitted fields stay. Switched off, what waits for it has failed and can be replayed; switched on, its failures are forgotten.',
      audit: { action: 'webhook.updated', fields: ['events', 'includeText', 'active'] },
    })
    .input(webhooksUpdateInput)
    .output(webhooksUpdateOutput)
    .mutation(({ ctx, input }) => updateWebhook(ctx.deps, ctx.user.id, input)),
  delete: procedure
    .meta({ description: 'Deletes a webhook with its deliveries, also those that wait.', audit: 'webhook.deleted' })
    .input(webhooksDeleteInput)
    .output(webhooksDeleteOutput)
    .mutation(({ ctx, input }) => deleteWebhook(ctx.deps, ctx.user.id, input)),
  deliveries: procedure
    .meta({ description: 'A page of what a webhook was sent or is to be sent, newest first, with the state of each.' })
    .input(webhooksDeliveriesInput)
    .output(webhooksDeliveriesOutput)
    .query(({ ctx, input }) => listWebhookDeliveries(ctx.deps, ctx.user.id, input)),
  replay: procedure
    .meta({
      description: 'Sends a delivery again under the same id, whatever became of it. One that waits is tried immediately.',
      audit: 'webhook.replayed',
    })
    .input(webhooksReplayInput)
    .output(webhooksReplayOutput)
    .mutation(({ ctx, input }) => replayWebhookDelivery(ctx.deps, ctx.user.id, input)),
})
