import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, eq, ne } from 'drizzle-orm'
import type { Audit } from '../../audit/open-audit.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Queries } from '../../platform/database/database.ts'
import type { Logger } from '../../platform/logger.ts'
import { isLastAdmin } from '../is-last-admin.ts'

const { users } = schema

/** Gives or takes the role of an administrator by the groups of a person. The last administrator stays one. */
export async function syncRole(
  deps: { readonly queries: Queries; readonly clock: Clock; readonly logger: Logger; readonly audit: Pick<Audit, 'record'> },
  userId: Id,
  { isAdmin, providerId, address }: { readonly isAdmin: boolean; readonly providerId: string; readonly address: string | null },
): Promise<void> {
  const { queries, clock, logger, audit } = deps
  const role = isAdmin ? 'admin' : 'member'
  await queries.transaction(async (tx) => {
    if (!isAdmin && (await isLastAdmin(tx, userId))) {
      logger.warn({ event: 'oidc-last-admin', userId, providerId }, 'the only administrator is not in the admin group, and stays')
      return
    }
    const changed = await tx
      .update(users)
      .set({ role, updatedAt: clock.now() })
      .where(and(eq(users.id, userId), ne(users.role, role)))
      .returning({ id: users.id })
    if (changed.length === 0) return
    const details = { role, by: providerId }
    await audit.record(tx, { action: 'user.updated', actorId: userId, targetType: 'user', targetId: userId, address, details })
  })
}
