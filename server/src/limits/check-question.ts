import { activeStatusCondition, schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { eq, sql, type SQL } from 'drizzle-orm'
import { executeRows, type Transaction } from '../platform/database/database.ts'
import type { Settings } from '../settings/open-settings.ts'
import { findSpentBudget, toBudgets } from './check-budget.ts'
import { effectiveLimits, personColumns } from './effective-limits.ts'
import { noSteps, tooManyAnswers, tooManyMessages } from './limit-refusals.ts'
import { readUsage, type UsageScope } from './usage-counters.ts'

const { users } = schema

const windowMs = 60_000

export interface LimitDeps {
  readonly settings: Pick<Settings, 'current'>
}

/**
 * [X3] Refuses a question of a person who has reached a limit, over all nodes, sockets and tabs: messages within the last 60 seconds,
 * answers at the same time, tokens of the day, money of the month, steps. Limits of the server count what all people do together.
 * @returns how many answers of the person are queued or being written
 * @throws Refusal TOO_MANY_REQUESTS rate-limited | budget-exceeded
 */
export async function checkQuestion(
  { settings }: LimitDeps,
  tx: Transaction,
  { userId, now }: { readonly userId: Id; readonly now: Date },
): Promise<{ readonly active: number }> {
  const { limits } = settings.current()
  const countsForAll = limits.server.messagesPerMinute !== null || limits.server.concurrentGenerations !== null
  // Held until the commit, so that each count includes what concurrent requests have started.
  const [person] = await tx
    .select({
      ...personColumns,
      lock: lockUntilCommit(userId),
      ...(countsForAll ? { serverLock: lockUntilCommit('server') } : {}),
    })
    .from(users)
    .where(eq(users.id, userId))
  if (!person) return { active: 0 }
  const own = effectiveLimits({ limits }, person)
  if (own.stepsPerAnswer === 0 || limits.server.stepsPerAnswer === 0) throw noSteps()

  const [counts] = await executeRows<Counts>(
    tx,
    sql`select ${countActive(userId)} as active, ${countActive('server', limits.server.concurrentGenerations)} as active_in_all,
      ${findBlocking(userId, own.messagesPerMinute, now)} as blocking,
      ${findBlocking('server', limits.server.messagesPerMinute, now)} as blocking_in_all`,
  )
  for (const [limit, blocking] of [
    [own.messagesPerMinute, counts?.blocking],
    [limits.server.messagesPerMinute, counts?.blocking_in_all],
  ] as const) {
    if (limit === 0) throw tooManyMessages(null)
    if (blocking) throw tooManyMessages(Math.max(1, new Date(blocking).getTime() + windowMs - now.getTime()))
  }
  const active = Number(counts?.active ?? 0)
  if (own.concurrentGenerations !== null && active >= own.concurrentGenerations) {
    throw tooManyAnswers(own.concurrentGenerations, 'person')
  }
  const { concurrentGenerations } = limits.server
  if (concurrentGenerations !== null && Number(counts?.active_in_all ?? 0) >= concurrentGenerations) {
    throw tooManyAnswers(concurrentGenerations, 'server')
  }

  const budgets = toBudgets(userId, own, limits.server)
  if (budgets.length > 0) {
    const usage = await readUsage(
      tx,
      budgets.map(({ scope }) => scope),
      now,
    )
    const spent = findSpentBudget(budgets, usage, now)
    if (spent) throw spent
  }
  return { active }
}

interface Counts extends Record<string, unknown> {
  readonly active: string | number
  readonly active_in_all: string | number | null
  /** The message that has to become older than the window. */
  readonly blocking: string | Date | null
  readonly blocking_in_all: string | Date | null
}

function lockUntilCommit(scope: UsageScope): SQL {
  return sql`pg_advisory_xact_lock(hashtextextended(${`message-limit ${scope}`}, 0))`
}

/** Answers that wait for a person are not being written. A limit of null is not counted. */
function countActive(scope: UsageScope, limit: number | null = 0): SQL {
  if (limit === null) return sql`null::bigint`
  const ofScope = scope === 'server' ? sql`true` : sql`g.user_id = ${scope}::uuid`
  return sql`(select count(*) from generations g
    where ${ofScope} and ${activeStatusCondition(sql`g.status`)} and g.status <> 'waiting')`
}

function findBlocking(scope: UsageScope, limit: number | null, now: Date): SQL {
  if (limit === null || limit === 0) return sql`null::timestamptz`
  const ofScope = scope === 'server' ? sql`true` : sql`g.user_id = ${scope}::uuid`
  const since = new Date(now.getTime() - windowMs).toISOString()
  return sql`(select g.created_at from generations g where ${ofScope} and g.created_at > ${since}::timestamptz
    order by g.created_at desc offset ${limit - 1} limit 1)`
}
