import { schema } from '@holdfast/drizzle'
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import { executeRows, type Database, type Transaction } from '../platform/database/database.ts'
import { transact } from '../event-log/unit-of-work.ts'
import type { Bus } from '../platform/bus/bus.ts'
import { recordDeliveries } from './record-deliveries.ts'
import type { WebhookJobs } from './webhook-jobs.ts'

const { tasks, webhooks, webhookDeliveries } = schema

/** A task that was due while the server was down is still announced for this long. */
const lateDays = 7
const dayMs = 86_400_000
const tasksPerRun = 200

/** The earliest due date that is still announced, in UTC: the deliveries from then on say what was announced already. */
export function toFirstDueDate(now: Date): string {
  return new Date(now.getTime() - lateDays * dayMs).toISOString().slice(0, 10)
}

type DueTask = {
  readonly webhook_id: string
  readonly include_text: boolean
  readonly user_id: string
  readonly id: string
  readonly milestone_id: string | null
  readonly title: string
  readonly description: string | null
  readonly due_date: string
}

/**
 * Notifies webhooks of tasks whose due date has begun, in UTC, once for each date that a task is given. Gives the number of deliveries, at
 * most 200: the next run goes on.
 */
export async function announceDueTasks(deps: {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly jobs: WebhookJobs
}): Promise<number> {
  const now = deps.clock.now()
  const today = now.toISOString().slice(0, 10)
  const first = toFirstDueDate(now)
  const due = await executeRows<DueTask>(
    deps.database.queries,
    sql`select w.id::text as webhook_id, w.include_text, w.user_id::text as user_id, t.id::text as id,
        t.milestone_id::text as milestone_id, t.title, t.description, t.due_date::text as due_date
      from ${webhooks} w join ${tasks} t on t.user_id = w.user_id
      where w.active and 'task.due' = any(w.events) and t.deleted_at is null and t.completed_at is null
        and t.due_date between ${first}::date and ${today}::date and t.due_date >= (w.created_at at time zone 'UTC')::date
        and not exists (select 1 from ${webhookDeliveries} d
          where d.webhook_id = w.id and d.task_id = t.id and d.due_date = t.due_date)
      order by t.due_date, t.id limit ${tasksPerRun}`,
  )
  let announced = 0
  for (const task of due) {
    const isAnnounced = await transact(deps, async ({ tx }) => {
      if (!(await isStillDue(tx, task))) return false
      await recordDeliveries({ tx, jobs: deps.jobs, now }, [{ id: task.webhook_id, includeText: task.include_text }], {
        userId: task.user_id,
        event: 'task.due',
        at: now,
        about: { taskId: task.id, dueDate: task.due_date },
        data: (includeText) => ({
          taskId: task.id,
          milestoneId: task.milestone_id,
          title: task.title,
          dueDate: task.due_date,
          ...(includeText ? { text: task.description } : {}),
        }),
      })
      return true
    })
    if (isAnnounced) announced += 1
  }
  return announced
}

/** Others may have been announced since the task was read. Keeps it from being deleted until the commit. */
async function isStillDue(tx: Transaction, { id, user_id: userId, due_date: dueDate }: DueTask): Promise<boolean> {
  const [task] = await tx
    .select({ id: tasks.id })
    .from(tasks)
    .where(
      and(
        eq(tasks.userId, userId),
        eq(tasks.id, id),
        eq(tasks.dueDate, dueDate),
        isNull(tasks.deletedAt),
        isNull(tasks.completedAt),
      ),
    )
    .for('key share')
  return task !== undefined
}
