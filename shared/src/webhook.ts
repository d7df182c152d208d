import { z } from 'zod'

/** What a webhook can be notified of. Each answer has exactly one end: completed, failed or cancelled. */
export const webhookEvents = ['answer.completed', 'answer.failed', 'answer.cancelled', 'answer.waiting', 'task.due'] as const
export const webhookEventSchema = z.enum(webhookEvents)
export type WebhookEvent = z.infer<typeof webhookEventSchema>

/** Why the server switched a webhook off: it failed for five days, or its receiver answered 410 Gone. */
export const webhookStops = ['failing', 'gone'] as const
export const webhookStopSchema = z.enum(webhookStops)
export type WebhookStop = z.infer<typeof webhookStopSchema>

export const webhookSchema = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  events: z.array(webhookEventSchema),
  /** Whether payloads hold texts: of answers, of arguments of tool calls, of descriptions of tasks. Without it they hold ids, titles and states. */
  includeText: z.boolean(),
  active: z.boolean(),
  /** Null: it is on, or its owner switched it off. */
  stopped: webhookStopSchema.nullable(),
  /** Since when no delivery has succeeded; null while they do. */
  failingSince: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type Webhook = z.infer<typeof webhookSchema>

export const deliveryStates = ['pending', 'delivered', 'failed'] as const

export const webhookDeliverySchema = z.object({
  /** The header `webhook-id`: the same for every attempt and replay. */
  id: z.string(),
  webhookId: z.string(),
  event: webhookEventSchema,
  conversationId: z.string().nullable(),
  taskId: z.string().nullable(),
  /** `pending`: it is being sent, waits for its next attempt, or for an earlier one of its conversation. */
  state: z.enum(deliveryStates),
  attempts: z.number().int(),
  /** The body as it is sent: JSON. */
  payload: z.string(),
  /** The status that the receiver answered last; null where it did not answer. */
  lastStatus: z.number().int().nullable(),
  lastError: z.string().nullable(),
  createdAt: z.string(),
  /** Of a pending one: not before this time. */
  nextAttemptAt: z.string().nullable(),
  endedAt: z.string().nullable(),
})
export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>
