import { sql } from 'drizzle-orm'
import type { Bus } from '../platform/bus/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import { deleteInSteps } from '../platform/database/delete-in-steps.ts'
import type { Logger } from '../platform/logger.ts'
import { announceDueTasks, toFirstDueDate } from './announce-due-tasks.ts'
import type { WebhookJobs } from './webhook-jobs.ts'

const intervalMs = 60_000
const runsPerPruning = 60
const dayMs = 86_400_000
/** Like the log: what has just ended is never gone. */
const leastMs = 60 * 60_000

interface JanitorDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly jobs: WebhookJobs
  readonly logger: Logger
  readonly keepDays: number
}

/**
 * Deletes deliveries that have ended more than `keepDays` ago, and an hour at least. Those of tasks stay for as long as their due date
 * could be announced again. Gives their number.
 */
export async function pruneDeliveries({
  database,
  clock,
  keepDays,
}: Pick<JanitorDeps, 'database' | 'clock' | 'keepDays'>): Promise<number> {
  const now = clock.now()
  const before = new Date(now.getTime() - Math.max(keepDays * dayMs, leastMs))
  return await deleteInSteps(
    database,
    'webhook_deliveries',
    sql`ended_at < ${before.toISOString()}::timestamptz and (due_date is null or due_date < ${toFirstDueDate(now)}::date)`,
  )
}

/** Announces due tasks each minute, and prunes each hour. Failures are logged and tried again. */
export function startWebhookJanitor(deps: JanitorDeps): Disposable {
  let runs = 0
  const run = async () => {
    try {
      await announceDueTasks(deps)
      if (runs % runsPerPruning === 0) await pruneDeliveries(deps)
      runs += 1
    } catch (error) {
      deps.logger.warn({ event: 'webhooks-not-tidied', err: error }, 'looking for due tasks failed, trying again')
    }
  }
  const timer = setInterval(() => void run(), intervalMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
