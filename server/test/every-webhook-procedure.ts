import { randomUUID } from 'node:crypto'
import type { ProcedureRow } from './procedure-row.ts'

/** Rows of every-procedure.ts. */
export const everyWebhookProcedure: Readonly<Record<string, ProcedureRow>> = {
  'webhooks.list': { type: 'query' },
  'webhooks.create': {
    type: 'mutation',
    input: () => ({
      webhookId: randomUUID(),
      url: 'https://example.com/hook',
      description: 'A program',
      events: ['task.due'],
      includeText: true,
    }),
  },
  'webhooks.deliveries': { type: 'query', input: ({ webhookId }) => ({ webhookId, limit: 5 }), ids: ['webhookId'] },
  'webhooks.replay': { type: 'mutation', input: ({ deliveryId }) => ({ deliveryId }), ids: ['deliveryId'] },
  'webhooks.update': {
    type: 'mutation',
    input: ({ webhookId }) => ({
      webhookId,
      url: 'https://example.com/other',
      description: 'Another program',
      events: ['answer.failed'],
      includeText: false,
      active: true,
    }),
    ids: ['webhookId'],
  },
  'webhooks.delete': { type: 'mutation', input: ({ webhookId }) => ({ webhookId }), ids: ['webhookId'] },
}
