import { deliveryStates, webhookEvents, webhookStops } from '@holdfast/shared'
import { sql } from 'drizzle-orm'
import { boolean, check, date, foreignKey, index, integer, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { users } from './auth.ts'
import { oneOf, seq, time } from './columns.ts'
import { conversations } from './conversations.ts'
import { tasks } from './planner.ts'

/** Addresses that are notified of what happens to a user's answers and tasks. */
export const webhooks = pgTable(
  'webhooks',
  {
    id: uuid().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    url: text().notNull(),
    description: text().notNull().default(''),
    events: text({ enum: webhookEvents }).array().notNull(),
    includeText: boolean().notNull().default(false),
    active: boolean().notNull().default(true),
    /** Why the server switched it off. */
    stopped: text({ enum: webhookStops }),
    /** Its secret, encrypted with the secret of the server for this row. */
    encryptedSecret: text().notNull(),
    /** The first failure since the last success. */
    failingSince: time(),
    createdAt: time().notNull(),
    updatedAt: time().notNull(),
  },
  (table) => [
    check('webhooks_stopped', sql`${table.stopped} is null or (not ${table.active} and ${oneOf(table.stopped, webhookStops)})`),
    unique('webhooks_owner').on(table.userId, table.id),
  ],
)

/** What a webhook is sent: written in the transaction of the event, sent by a job. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: uuid().primaryKey(),
    webhookId: uuid().notNull(),
    userId: uuid().notNull(),
    /** What it is about: one of the two. It is deleted with that. */
    conversationId: uuid().references(() => conversations.id, { onDelete: 'cascade' }),
    taskId: uuid(),
    /** Of a conversation: the number of the event in its log. Deliveries of a conversation are sent in this order. */
    seq: seq(),
    /** Of a task: the date that it was due on. */
    dueDate: date({ mode: 'string' }),
    event: text({ enum: webhookEvents }).notNull(),
    /** JSON in text, for the reason given at `messages.parts`. */
    payload: text().notNull(),
    state: text({ enum: deliveryStates }).notNull().default('pending'),
    /** Attempts so far. The number is also the fence of an attempt: only the last one writes its outcome. */
    attempts: integer().notNull().default(0),
    /** When its attempts began: at the event, or with the last replay. */
    tryingSince: time().notNull(),
    /** Of a pending one; during an attempt: when it is taken for lost. It says nothing of others. */
    nextAttemptAt: time().notNull(),
    lastStatus: integer(),
    lastError: text(),
    createdAt: time().notNull(),
    endedAt: time(),
  },
  (table) => [
    check('webhook_deliveries_event', oneOf(table.event, webhookEvents)),
    check('webhook_deliveries_state', oneOf(table.state, deliveryStates)),
    check('webhook_deliveries_end', sql`(${table.state} = 'pending') = (${table.endedAt} is null)`),
    check(
      'webhook_deliveries_about',
      sql`(${table.conversationId} is null or ${table.taskId} is null) and (${table.conversationId} is null) = (${table.seq} is null) and (${table.taskId} is null) = (${table.dueDate} is null)`,
    ),
    foreignKey({
      name: 'webhook_deliveries_webhook',
      columns: [table.userId, table.webhookId],
      foreignColumns: [webhooks.userId, webhooks.id],
    }).onDelete('cascade'),
    // With the user in the key: of a task of the same user.
    foreignKey({
      name: 'webhook_deliveries_task',
      columns: [table.userId, table.taskId],
      foreignColumns: [tasks.userId, tasks.id],
    }).onDelete('cascade'),
    unique('webhook_deliveries_of_event').on(table.webhookId, table.conversationId, table.seq),
    unique('webhook_deliveries_of_date').on(table.webhookId, table.taskId, table.dueDate),
    index('webhook_deliveries_listed').on(table.webhookId, table.createdAt.desc(), table.id.desc()),
    index('webhook_deliveries_pending')
      .on(table.webhookId, table.conversationId, table.seq)
      .where(sql`${table.state} = 'pending'`),
    index('webhook_deliveries_of_conversation').on(table.conversationId),
    index('webhook_deliveries_of_task').on(table.userId, table.taskId),
    index('webhook_deliveries_ended').on(table.endedAt),
  ],
)
