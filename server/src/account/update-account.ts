import { schema } from '@holdfast/drizzle'
import type { accountUpdateInput, accountUpdateOutput } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { requireSession } from '../auth/access-token-row.ts'
import type { Auth, User } from '../auth/auth.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import { errorToCodes } from '../platform/error-codes.ts'
import { badField, Refusal } from '../platform/refusal.ts'
import { checkCurrentPassword } from './current-password.ts'

const { users } = schema
const uniqueViolation = '23505'

/**
 * Changes the name or the address of an account. The address opens the account, so it takes the password.
 * @throws Refusal UNAUTHORIZED without a session, BAD_REQUEST
 */
export async function updateAccount(
  deps: { readonly database: Database; readonly clock: Clock; readonly auth: Pick<Auth, 'passwords' | 'failedSignIns'> },
  user: User,
  { name, email, currentPassword }: z.output<typeof accountUpdateInput>,
): Promise<z.infer<typeof accountUpdateOutput>> {
  requireSession(user, 'An account can only be changed')
  if (email !== undefined) {
    if (currentPassword === undefined) throw badField('currentPassword', 'is required')
    await checkCurrentPassword(deps, user.id, currentPassword)
  }
  try {
    const [changed] = await deps.database.queries
      .update(users)
      .set({
        updatedAt: deps.clock.now(),
        ...(name === undefined ? {} : { name }),
        ...(email === undefined ? {} : { email, emailVerified: false }),
      })
      .where(and(eq(users.id, user.id), eq(users.isAnonymous, false)))
      .returning({ name: users.name, email: users.email })
    if (!changed) throw new Refusal('BAD_REQUEST', 'A guest has no account to change')
    return changed
  } catch (error) {
    if (errorToCodes(error).includes(uniqueViolation)) throw badField('email', 'cannot be used')
    throw error
  }
}
