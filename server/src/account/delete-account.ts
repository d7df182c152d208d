import { schema } from '@holdfast/drizzle'
import type { accountDeleteInput, accountDeleteOutput } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import { requireSession } from '../auth/access-token-row.ts'
import type { User } from '../auth/auth.ts'
import { removePerson, type RemoveDeps } from '../people/remove-person.ts'
import { badField, notFound } from '../platform/refusal.ts'

const { users } = schema

/**
 * Deletes the user with everything that is theirs, for good.
 * @throws Refusal UNAUTHORIZED without a session; BAD_REQUEST when `confirm` is not their address, or `guest`; CONFLICT for the only
 * administrator of a server on which somebody else is
 */
export async function deleteAccount(
  deps: RemoveDeps,
  user: User,
  { confirm }: z.output<typeof accountDeleteInput>,
): Promise<z.infer<typeof accountDeleteOutput>> {
  requireSession(user, 'An account can only be deleted')
  const [row] = await deps.database.queries
    .select({ email: users.email, isAnonymous: users.isAnonymous })
    .from(users)
    .where(eq(users.id, user.id))
  if (!row) throw notFound('User')
  if (confirm.trim().toLowerCase() !== (row.isAnonymous ? 'guest' : row.email)) {
    throw badField('confirm', row.isAnonymous ? 'must be the word guest' : 'must be the address of your account')
  }
  await removePerson(deps, user.id, { action: 'account.deleted', actorId: user.id })
  return { id: user.id }
}
