import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import { executeRows, type Queries } from '../platform/database/database.ts'
import { toDay, toMonth, type UsagePeriod } from './usage-periods.ts'

const { usageCounters, usageReservations } = schema

/** A user's id; `server` for all people together. */
export type UsageScope = Id

/** What was used in the current periods, and what calls that run may still use. */
export interface ScopeUsage {
  readonly tokensToday: number
  readonly microUsdThisMonth: number
  readonly reservedTokens: number
  readonly reservedMicroUsd: number
}

/** No call to a provider takes longer: the reservation of one that was never closed stops counting. */
export const reservationHours = 2

/**
 * One statement that closes a call of the ledger, counts it for its user and for the server, and frees what was reserved for it.
 *
 * `closing` updates at most one row of `model_calls` and returns `id`, `user_id`, `started_at`, `tokens` and `micro_usd`. The first call of
 * a period makes the counter from the ledger, which is the truth; two first calls at the same moment add up, since the second one finds
 * the row of the first.
 */
export function countClosedCall(closing: SQLWrapper, now: Date): SQL {
  return sql`
    with closed as ${closing}, counted as (
      insert into usage_counters (scope, period, tokens, micro_usd, updated_at)
      select s.scope, p.period, closed.tokens + l.earlier[1], closed.micro_usd + l.earlier[2], ${now.toISOString()}::timestamptz
      from closed
      cross join lateral (values (1, closed.user_id::text), (2, 'server')) s(place, scope)
      cross join lateral (
        values ('day', to_char(closed.started_at at time zone 'UTC', 'YYYY-MM-DD')),
          ('month', to_char(closed.started_at at time zone 'UTC', 'YYYY-MM'))
      ) p(unit, period)
      cross join lateral (select
        case
          when exists (select 1 from usage_counters c where c.scope = s.scope and c.period = p.period) then array[0, 0]::bigint[]
          when s.scope = 'server' then ${sumEarlier(sql`true`)}
          else ${sumEarlier(sql`m.user_id = closed.user_id`)}
        end as earlier
      ) l
      where closed.tokens > 0 or closed.micro_usd > 0
      order by s.place, p.unit
      on conflict (scope, period) do update set
        tokens = usage_counters.tokens + (select tokens from closed),
        micro_usd = usage_counters.micro_usd + (select micro_usd from closed),
        updated_at = excluded.updated_at
    )
    delete from usage_reservations where model_call_id in (select id from closed)`
}

/** Tokens and money of a period in the ledger, without the call that is being closed. In a `case` it is read only where it is needed. */
function sumEarlier(ofScope: SQL): SQL {
  return sql`(
    select array[coalesce(sum(m.input_tokens + m.output_tokens), 0), coalesce(sum(m.cost_micro_usd), 0)]::bigint[]
    from model_calls m
    where ${ofScope} and m.state <> 'open'
      and m.started_at >= date_trunc(p.unit, closed.started_at at time zone 'UTC') at time zone 'UTC'
      and m.started_at < (date_trunc(p.unit, closed.started_at at time zone 'UTC') + ('1 ' || p.unit)::interval) at time zone 'UTC')`
}

/** Reads several scopes in one statement. */
export async function readUsage<Scope extends UsageScope>(
  queries: Queries,
  scopes: readonly Scope[],
  now: Date,
): Promise<Record<Scope, ScopeUsage>> {
  const rows = await executeRows<{
    scope: Scope
    tokens: string | number
    micro_usd: string | number
    reserved_tokens: string | number
    reserved_micro_usd: string | number
  }>(
    queries,
    sql.join(
      scopes.map((scope) => usageOf(scope, now)),
      sql` union all `,
    ),
  )
  return Object.fromEntries(
    rows.map((row) => [
      row.scope,
      {
        tokensToday: Number(row.tokens),
        microUsdThisMonth: Number(row.micro_usd),
        reservedTokens: Number(row.reserved_tokens),
        reservedMicroUsd: Number(row.reserved_micro_usd),
      },
    ]),
  ) as Record<Scope, ScopeUsage>
}

function usageOf(scope: UsageScope, now: Date): SQL {
  const ofScope = scope === 'server' ? sql`true` : sql`user_id = ${scope}::uuid`
  const counter = (column: 'tokens' | 'microUsd', sum: SQL, { name, start, end }: UsagePeriod) => sql`coalesce(
    (select ${usageCounters[column]} from usage_counters where scope = ${scope} and period = ${name}),
    (select sum(${sum}) from model_calls where ${ofScope} and state <> 'open'
      and started_at >= ${start.toISOString()}::timestamptz and started_at < ${end.toISOString()}::timestamptz),
    0)`
  const since = new Date(now.getTime() - reservationHours * 3_600_000).toISOString()
  const reserved = (column: 'tokens' | 'microUsd') => sql`(
    select coalesce(sum(${usageReservations[column]}), 0) from usage_reservations
    where ${ofScope} and created_at > ${since}::timestamptz)`
  return sql`select ${scope}::text as scope,
    ${counter('tokens', sql`input_tokens + output_tokens`, toDay(now))}::bigint as tokens,
    ${counter('microUsd', sql`cost_micro_usd`, toMonth(now))}::bigint as micro_usd,
    ${reserved('tokens')}::bigint as reserved_tokens,
    ${reserved('microUsd')}::bigint as reserved_micro_usd`
}
