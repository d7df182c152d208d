import { schema } from '@holdfast/drizzle'
import { uuidSchema, type Id } from '@holdfast/shared'
import { eq, or } from 'drizzle-orm'
import type { Queries } from '../platform/database/database.ts'
import { BackupError } from './backup-error.ts'

const { users } = schema

/** The id of a user who is named by e-mail address or id; a guest has only an id. @throws BackupError when there is none */
export async function findUser(queries: Queries, emailOrId: string): Promise<Id> {
  const isEmail = eq(users.email, emailOrId.toLowerCase())
  const [user] = await queries
    .select({ id: users.id })
    .from(users)
    .where(uuidSchema.safeParse(emailOrId).success ? or(isEmail, eq(users.id, emailOrId)) : isEmail)
  if (!user) throw new BackupError(`--user: there is no user ${emailOrId}. "holdfast users list" shows them.`)
  return user.id
}
