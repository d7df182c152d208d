import { z } from 'zod'
import { nextCursor, opaqueCursor, pageDirection } from '../fields.ts'
import { uuidSchema } from '../ids.ts'
import { userTextSchema } from '../text.ts'
import { webhookDeliverySchema, webhookEvents, webhookEventSchema, webhookSchema } from '../webhook.ts'

/** Webhooks that one person can have. */
export const maxWebhooks = 20

const url = z
  .string()
  .max(2_000)
  .refine((value) => URL.canParse(value) && /^https?:$/u.test(new URL(value).protocol), {
    error: 'must be an http:// or https:// address',
    abort: true,
  })
  .refine((value) => new URL(value).username === '' && new URL(value).password === '', {
    error: 'must have no user name and no password',
  })
const events = z
  .array(webhookEventSchema)
  .min(1)
  .max(webhookEvents.length)
  .refine((values) => new Set(values).size === values.length, { error: 'must name each event once' })
const description = userTextSchema(200)

export const webhooksListOutput = z.object({ items: z.array(webhookSchema) })

export const webhooksCreateInput = z.strictObject({
  webhookId: uuidSchema.optional(),
  url,
  description: description.default(''),
  events: events.default([...webhookEvents]),
  includeText: z.boolean().default(false),
})
export const webhooksCreateOutput = webhookSchema.extend({
  /** `whsec_…`: signs what is sent. */
  secret: z.string(),
})

export const webhooksUpdateInput = z.strictObject({
  webhookId: uuidSchema,
  url: url.optional(),
  description: description.optional(),
  events: events.optional(),
  includeText: z.boolean().optional(),
  active: z.boolean().optional(),
})
export const webhooksUpdateOutput = webhookSchema

export const webhooksDeleteInput = z.strictObject({ webhookId: uuidSchema })
export const webhooksDeleteOutput = z.object({ webhookId: z.string() })

export const webhooksDeliveriesInput = z.strictObject({
  webhookId: uuidSchema,
  cursor: opaqueCursor,
  limit: z.number().int().min(1).max(50).default(20),
  direction: pageDirection,
})
export const webhooksDeliveriesOutput = z.object({ items: z.array(webhookDeliverySchema), nextCursor })

export const webhooksReplayInput = z.strictObject({ deliveryId: uuidSchema })
export const webhooksReplayOutput = webhookDeliverySchema
