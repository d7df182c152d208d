import { schema } from '@holdfast/drizzle'
import type { adminServiceAccountsCreateInput, adminServiceAccountsCreateOutput } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { requireSession } from '../../auth/access-token-row.ts'
import type { User } from '../../auth/auth.ts'
import { rowToUser, userColumns } from '../../people/user-row.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { insertServiceToken } from './insert-service-token.ts'

const { users } = schema

/**
 * Creates an account for a program, with its first token, which is shown only now. Nobody can sign in with such an account, and it
 * administers nothing. @throws Refusal UNAUTHORIZED without a session
 */
export async function createServiceAccount(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  caller: User,
  { name, scopes, expiresInDays }: z.output<typeof adminServiceAccountsCreateInput>,
): Promise<z.infer<typeof adminServiceAccountsCreateOutput>> {
  requireSession(caller, 'Accounts can only be created')
  const now = clock.now()
  const id = uuidv7()
  return database.queries.transaction(async (tx) => {
    const address = { email: `${id}@service.invalid`, isService: true }
    await tx.insert(users).values({ id, name, ...address, createdAt: now, updatedAt: now })
    const token = await insertServiceToken(tx, id, { name, scopes, expiresInDays }, now)
    const [row] = await tx.select(userColumns).from(users).where(eq(users.id, id))
    if (!row) throw new Error('the account that was created is not there')
    return { user: rowToUser(row), token }
  })
}
