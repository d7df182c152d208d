import { sql } from 'drizzle-orm'
import { executeRows, type Database } from '../src/platform/database/database.ts'
import type { TestUser } from '../testing/create-test-app.ts'
import { tokenToUserId } from './token-to-user-id.ts'

export type RowCounts = Readonly<Record<string, number>>

/** A user's row counts by table, including deleted messages and the sum of all logs' numbers: equal before and after means untouched. */
export async function countRows(database: Database, user: Pick<TestUser, 'token'>): Promise<RowCounts> {
  const userId = tokenToUserId(user.token)
  const rows = await executeRows<{ name: string; n: number | string }>(
    database.queries,
    sql`
    with own as (select * from conversations where user_id = ${userId})
    select 'conversations' as name, count(*) as n from own
    union all select 'messages', count(*) from messages where conversation_id in (select id from own)
    union all select 'deletedMessages', count(*) from messages where conversation_id in (select id from own) and deleted_at is not null
    union all select 'events', coalesce(sum(last_seq), 0) from own
    union all select 'logRows', count(*) from conversation_log where conversation_id in (select id from own)
    union all select 'generations', count(*) from generations where user_id = ${userId}
    union all select 'requests', count(*) from requests where user_id = ${userId}
    union all select 'drafts', count(*) from drafts where user_id = ${userId}
    union all select 'accessTokens', count(*) from access_tokens where user_id = ${userId}`,
  )
  return Object.fromEntries(rows.map(({ name, n }) => [name, Number(n)]))
}
