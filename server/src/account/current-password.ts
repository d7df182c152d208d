import { schema } from '@holdfast/drizzle'
import { and, eq } from 'drizzle-orm'
import type { Id } from '@holdfast/shared'
import type { Auth } from '../auth/auth.ts'
import type { Database } from '../platform/database/database.ts'
import { badField, Refusal } from '../platform/refusal.ts'

const { accounts } = schema

/** What a call costs that tries a password: a stolen session can make few of them. */
export const passwordTryCost = 60

/** @throws Refusal BAD_REQUEST when this is not the password of the account, or it has none */
export async function checkCurrentPassword(
  { database, auth }: { readonly database: Database; readonly auth: Pick<Auth, 'passwords'> },
  userId: Id,
  password: string,
): Promise<void> {
  const [account] = await database.queries
    .select({ hash: accounts.password })
    .from(accounts)
    .where(and(eq(accounts.userId, userId), eq(accounts.providerId, 'credential')))
  if (!account?.hash) throw new Refusal('BAD_REQUEST', 'This account has no password')
  if (!(await auth.passwords.verify({ hash: account.hash, password }))) throw badField('currentPassword', 'is not your password')
}
