import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { Database } from '../platform/database/database.ts'

const { users } = schema

/** Whether a user has no account. One that does not exist counts as a guest. */
export async function isGuest({ queries }: Pick<Database, 'queries'>, userId: Id): Promise<boolean> {
  const [user] = await queries.select({ isAnonymous: users.isAnonymous }).from(users).where(eq(users.id, userId))
  return user?.isAnonymous !== false
}
