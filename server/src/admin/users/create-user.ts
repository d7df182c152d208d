import { schema } from '@holdfast/drizzle'
import type { adminUsersCreateInput, adminUsersCreateOutput } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import { requireSession } from '../../auth/access-token-row.ts'
import type { User } from '../../auth/auth.ts'
import { createAccount } from '../../auth/create-account.ts'
import { createResetLink } from '../../auth/entry/reset-links.ts'
import type { Config } from '../../config/config.ts'
import { rowToUser, userColumns } from '../../people/user-row.ts'
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
  { name, email, role }: z.output<typeof adminUsersCreateInput>,
): Promise<z.infer<typeof adminUsersCreateOutput>> {
  requireSession(caller, 'Accounts can only be created')
  const now = clock.now()
  return database.queries.transaction(async (tx) => {
    const created = await createAccount(tx, { name, email, passwordHash: null, role }, now)
    if (!created) throw badField('email', 'is taken')
    const link = await createResetLink(tx, { userId: created.id, publicOrigin: config.publicUrl.origin, now })
    const [row] = await tx.select(userColumns).from(schema.users).where(eq(schema.users.id, created.id))
    if (!row) throw new Error('the account that was created is not there')
    return { user: rowToUser(row), link }
  })
}
