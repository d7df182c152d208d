import { schema } from '@holdfast/drizzle'
import { uuidSchema, type Id } from '@holdfast/shared'
import { eq, or } from 'drizzle-orm'
import type { Queries, Transaction } from '../platform/database/database.ts'

const { users } = schema

/** The id of somebody who is named by e-mail address or id; a guest has only an id. Null: there is nobody. */
export async function findPerson(queries: Queries | Transaction, emailOrId: string): Promise<Id | null> {
  const isEmail = eq(users.email, emailOrId.trim().toLowerCase())
  const [user] = await queries
    .select({ id: users.id })
    .from(users)
    .where(uuidSchema.safeParse(emailOrId).success ? or(isEmail, eq(users.id, emailOrId)) : isEmail)
  return user?.id ?? null
}
