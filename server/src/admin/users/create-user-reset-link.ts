import type { AdminLink, adminUsersResetLinkInput } from '@holdfast/shared'
import type { z } from 'zod'
import { requireSession } from '../../auth/access-token-row.ts'
import type { User } from '../../auth/auth.ts'
import type { Config } from '../../config/config.ts'
import { toPublicAddress } from '../../config/public-address.ts'
import { createPersonLink } from '../../people/create-person-link.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'

/**
 * A link by which this person sets a new password, once within a day. It replaces the one before; the old password works until then.
 * @throws Refusal UNAUTHORIZED without a session; NOT_FOUND; BAD_REQUEST for a guest or a service account
 */
export async function createUserResetLink(
  { database, clock, config }: { readonly database: Database; readonly clock: Clock; readonly config: Pick<Config, 'publicUrl'> },
  caller: User,
  { userId }: z.output<typeof adminUsersResetLinkInput>,
): Promise<AdminLink> {
  requireSession(caller, 'Links can only be created')
  const publicAddress = toPublicAddress(config.publicUrl)
  return database.queries.transaction((tx) => createPersonLink(tx, userId, { publicAddress, now: clock.now() }))
}
