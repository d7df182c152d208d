import { schema } from '@holdfast/drizzle'
import type { adminUsersListInput, adminUsersListOutput } from '@holdfast/shared'
import { and, desc, eq, or, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { listCursorToText, parseListCursor } from '../../files/list-cursor.ts'
import { rowToUser, userColumns } from '../../people/user-row.ts'
import type { Database } from '../../platform/database/database.ts'

const { users } = schema

/** A page of the people of the server, the newest first. @throws Refusal BAD_REQUEST for a foreign cursor */
export async function listUsers(
  deps: { readonly database: Database },
  { query = '', status, guests, cursor, limit }: z.output<typeof adminUsersListInput>,
): Promise<z.infer<typeof adminUsersListOutput>> {
  const after = parseListCursor(cursor)
  const words = query.trim().toLowerCase()
  const has = (column: typeof users.name | typeof users.email) => sql`position(${words} in lower(${column})) > 0`
  const rows = await deps.database.queries
    .select(userColumns)
    .from(users)
    .where(
      and(
        status === undefined ? undefined : eq(users.status, status),
        guests ? undefined : eq(users.isAnonymous, false),
        // The address of a guest is made up, and not shown.
        words === '' ? undefined : or(has(users.name), and(has(users.email), eq(users.isAnonymous, false))),
        after ? sql`(${users.createdAt}, ${users.id}) < (${after.createdAt}::timestamptz, ${after.id}::uuid)` : undefined,
      ),
    )
    .orderBy(desc(users.createdAt), desc(users.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { items: page.map(rowToUser), nextCursor: rows.length > limit && last ? listCursorToText(last) : null }
}
