import type { AdminUser, adminUsersUpdateInput } from '@holdfast/shared'
import type { z } from 'zod'
import { requireSession } from '../../auth/access-token-row.ts'
import type { User } from '../../auth/auth.ts'
import { publishRevocation } from '../../auth/session-revoked.ts'
import { changePerson } from '../../people/change-person.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'

/**
 * Changes the given members. Somebody who is no longer active is out at once: sessions and access tokens end, and open connections close.
 * @throws Refusal NOT_FOUND; CONFLICT when nobody would administer the server any more; UNAUTHORIZED without a session for a new
 * administrator
 */
export async function updateUser(
  deps: { readonly database: Database; readonly clock: Clock; readonly bus: Bus },
  caller: User,
  { userId, ...changes }: z.output<typeof adminUsersUpdateInput>,
): Promise<AdminUser> {
  if (changes.role === 'admin') requireSession(caller, 'Administrators can only be made')
  const { user, endedIds } = await deps.database.queries.transaction((tx) => changePerson(tx, userId, changes, deps.clock.now()))
  for (const id of endedIds) publishRevocation(deps.bus, id)
  return user
}
