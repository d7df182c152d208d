import { schema } from '@holdfast/drizzle'
import { sql } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import { executeRows, type Database } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import { reservationHours } from './usage-counters.ts'

const { accessTokens, conversations, drafts, files, goals, imports, milestones, modelCalls, tasks, webhooks } = schema

const intervalMs = 60 * 60_000
const hourMs = 3_600_000
/** A guest who was here within this time may be about to write something. */
const idleGuestDays = 7
const guestsPerRun = 1_000
/** Counters of the ledger, which is kept, can be made again. */
const keepCountersDays = 400

interface JanitorDeps {
  readonly database: Pick<Database, 'queries'>
  readonly clock: Clock
}

/** Deletes guests who came once and left nothing behind: no conversation, file, plan, token, webhook or call to a model. Gives their number. */
export async function purgeIdleGuests({ database, clock }: JanitorDeps): Promise<number> {
  const since = new Date(clock.now().getTime() - idleGuestDays * 24 * hourMs).toISOString()
  const belongings = [conversations, files, goals, milestones, tasks, imports, drafts, accessTokens, modelCalls, webhooks]
  const ownsNothing = belongings.map((table) => sql`not exists (select 1 from ${table} where ${table.userId} = u.id)`)
  const purged = await executeRows(
    database.queries,
    sql`
    delete from users where id in (
      select u.id from users u
      where u.is_anonymous and u.role <> 'admin' and u.recovery_code_hash is null and u.created_at < ${since}::timestamptz
        and not exists (select 1 from sessions s where s.user_id = u.id and s.updated_at >= ${since}::timestamptz)
        and ${sql.join(ownsNothing, sql` and `)}
      limit ${guestsPerRun}
    )
    returning id`,
  )
  return purged.length
}

/** Removes reservations of calls that were never closed, and counters of periods that nobody asks about. */
export async function purgeUsage({ database, clock }: JanitorDeps): Promise<void> {
  const before = (hours: number) => new Date(clock.now().getTime() - hours * hourMs).toISOString()
  await database.queries.execute(
    sql`with stale as (delete from usage_reservations where created_at < ${before(reservationHours)}::timestamptz)
      delete from usage_counters where updated_at < ${before(keepCountersDays * 24)}::timestamptz`,
  )
}

/** Tidies up each hour. Failures are logged and tried again. */
export function startLimitsJanitor(deps: JanitorDeps & { readonly logger: Logger }): Disposable {
  const tidy = async () => {
    try {
      const guests = await purgeIdleGuests(deps)
      if (guests > 0) deps.logger.info({ event: 'guests-purged', guests }, 'deleted guests who left nothing behind')
      await purgeUsage(deps)
    } catch (error) {
      deps.logger.warn({ event: 'limits-not-tidied', err: error }, 'tidying up guests and counters failed, trying again')
    }
  }
  const timer = setInterval(() => void tidy(), intervalMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
