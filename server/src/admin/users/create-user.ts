import type { adminUsersCreateInput, adminUsersCreateOutput } from '@holdfast/shared'
import type { z } from 'zod'
import { requireSession } from '../../auth/access-token-row.ts'
import type { User } from '../../auth/auth.ts'
import type { Config } from '../../config/config.ts'
import { toPublicAddress } from '../../config/public-address.ts'
import { createPerson } from '../../people/create-person.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { badField } from '../../platform/refusal.ts'

/**
 * Creates an account, and the link by which its person sets a password; until then nobody can sign in with it.
 * @throws Refusal UNAUTHORIZED without a session, BAD_REQUEST when the address is taken
 */
export async function createUser(
  { database, clock, config }: { readonly database: Database; readonly clock: Clock; readonly config: Pick<Config, 'publicUrl'> },
  caller: User,
  input: z.output<typeof adminUsersCreateInput>,
): Promise<z.infer<typeof adminUsersCreateOutput>> {
  requireSession(caller, 'Accounts can only be created')
  const publicAddress = toPublicAddress(config.publicUrl)
  const created = await database.queries.transaction((tx) => createPerson(tx, input, { publicAddress, now: clock.now() }))
  if (!created) throw badField('email', 'is taken')
  return created
}
