import { schema } from '@holdfast/drizzle'
import type { AdminUser } from '@holdfast/shared'
import { sql } from 'drizzle-orm'

const { users } = schema

/** What an administrator sees of a person, for a query of `users`. */
export const userColumns = {
  id: users.id,
  name: users.name,
  email: users.email,
  role: users.role,
  status: users.status,
  isAnonymous: users.isAnonymous,
  isService: users.isService,
  limits: users.limits,
  createdAt: users.createdAt,
  // In words: the columns of a subquery are not qualified in a query of one table.
  lastSeenAt: sql<string | null>`greatest(
    (select max(s.updated_at) from sessions s where s.user_id = users.id),
    (select max(t.last_used_at) from access_tokens t where t.user_id = users.id))`,
}

type UserRow = Pick<typeof users.$inferSelect, Exclude<keyof typeof userColumns, 'lastSeenAt'>> & {
  readonly lastSeenAt: string | Date | null
}

export function rowToUser({ isAnonymous, email, createdAt, lastSeenAt, ...row }: UserRow): AdminUser {
  return {
    ...row,
    // The address of a guest or a program is made up.
    email: isAnonymous || row.isService ? null : email,
    isGuest: isAnonymous,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt === null ? null : new Date(lastSeenAt).toISOString(),
  }
}
