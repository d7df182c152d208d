import { schema } from '@holdfast/drizzle'
import { and, eq } from 'drizzle-orm'
import type { Id } from '@holdfast/shared'
import type { Auth } from '../auth/auth.ts'
import type { Database } from '../platform/database/database.ts'
import { badField, Refusal } from '../platform/refusal.ts'

const { accounts } = schema

/** What a call costs that tries a password: a stolen session can make few of them. */
export const passwordTryCost = 60

/**
 * Wrong ones are counted as those of signing in are, so that a stolen session guesses no faster than anybody else; but by themselves, so
 * that nobody from outside keeps the owner from changing the password.
 * @throws Refusal BAD_REQUEST when this is not the password of the account, or it has none; TOO_MANY_REQUESTS after several wrong ones
 */
export async function checkCurrentPassword(
  { database, auth }: { readonly database: Database; readonly auth: Pick<Auth, 'passwords' | 'failedSignIns'> },
  userId: Id,
  password: string,
): Promise<void> {
  const [account] = await database.queries
    .select({ hash: accounts.password })
    .from(accounts)
    .where(and(eq(accounts.userId, userId), eq(accounts.providerId, 'credential')))
  if (!account?.hash) throw new Refusal('BAD_REQUEST', 'This account has no password')
  const waitMs = auth.failedSignIns.waitMs(userId)
  if (waitMs > 0) {
    const message = 'The password was wrong several times. Wait a moment, then try again'
    throw new Refusal('TOO_MANY_REQUESTS', message, { reason: 'rate-limited', retryAfterMs: Math.ceil(waitMs) })
  }
  if (await auth.passwords.verify({ hash: account.hash, password })) return auth.failedSignIns.succeed(userId)
  auth.failedSignIns.fail(userId)
  throw badField('currentPassword', 'is not your password')
}
