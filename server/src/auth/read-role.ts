import { schema } from '@holdfast/drizzle'
import type { Id, UserRole } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import type { Database } from '../platform/database/database.ts'

const { users } = schema

/** The role of an active user; null for all others. Asked for each call, so that a demotion takes effect immediately. */
export async function readRole({ queries }: Pick<Database, 'queries'>, userId: Id): Promise<UserRole | null> {
  const [user] = await queries
    .select({ role: users.role })
    .from(users)
    .where(and(eq(users.id, userId), eq(users.status, 'active')))
  return user?.role ?? null
}
