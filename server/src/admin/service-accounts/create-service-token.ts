import { schema } from '@holdfast/drizzle'
import type { adminServiceAccountsCreateTokenInput, tokensCreateOutput } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { requireSession } from '../../auth/access-token-row.ts'
import type { User } from '../../auth/auth.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { notFound } from '../../platform/refusal.ts'
import { insertServiceToken } from './insert-service-token.ts'

const { users } = schema

/**
 * Creates a further token of a service account, to replace one before it ends. It is shown only now.
 * @throws Refusal UNAUTHORIZED without a session, NOT_FOUND for an account of a person, BAD_REQUEST for too many tokens
 */
export async function createServiceToken(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  caller: User,
  { userId, ...wanted }: z.output<typeof adminServiceAccountsCreateTokenInput>,
): Promise<z.infer<typeof tokensCreateOutput>> {
  requireSession(caller, 'Tokens can only be created')
  return database.queries.transaction(async (tx) => {
    const [account] = await tx
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, userId), eq(users.isService, true)))
    if (!account) throw notFound('User')
    return insertServiceToken(tx, userId, wanted, clock.now())
  })
}
