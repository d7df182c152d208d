import { schema } from '@holdfast/drizzle'
import type { AdminLink, AdminUser, UserRole } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { createAccount } from '../auth/create-account.ts'
import { createResetLink } from '../auth/entry/reset-links.ts'
import type { Transaction } from '../platform/database/database.ts'
import { rowToUser, userColumns } from './user-row.ts'

interface NewPerson {
  readonly name: string
  /** In lower case. */
  readonly email: string
  readonly role: UserRole
}

/**
 * Creates an account, and the link by which its person sets a password; until then nobody can sign in with it. Null: the address is
 * taken.
 */
export async function createPerson(
  tx: Transaction,
  { name, email, role }: NewPerson,
  { publicAddress, now }: { readonly publicAddress: string; readonly now: Date },
): Promise<{ user: AdminUser; link: AdminLink } | null> {
  const created = await createAccount(tx, { name, email, passwordHash: null, role }, now)
  if (!created) return null
  const link = await createResetLink(tx, { userId: created.id, publicAddress, now })
  const [row] = await tx.select(userColumns).from(schema.users).where(eq(schema.users.id, created.id))
  if (!row) throw new Error('the account that was created is not there')
  return { user: rowToUser(row), link }
}
