import { schema } from '@holdfast/drizzle'
import type { UserRole, UserStatus } from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import type { Queries, Transaction } from '../platform/database/database.ts'
import { setPassword } from './set-password.ts'

export interface NewAccount {
  readonly name: string
  /** In lower case. */
  readonly email: string
  /** Null: nobody can sign in until a reset link was used. */
  readonly passwordHash: string | null
  readonly role: UserRole
  readonly status?: UserStatus
}

/** Creates an account within the transaction. Null: the address is taken. */
export async function createAccount(tx: Queries | Transaction, account: NewAccount, now: Date) {
  const { name, email, passwordHash, role, status = 'active' } = account
  const [user] = await tx
    .insert(schema.users)
    .values({ id: uuidv7(), name, email, role, status, createdAt: now, updatedAt: now })
    .onConflictDoNothing({ target: schema.users.email })
    .returning()
  if (!user) return null
  if (passwordHash !== null) await setPassword(tx, { userId: user.id, passwordHash, now })
  return user
}
