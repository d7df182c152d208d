import { schema } from '@holdfast/drizzle'
import type { adminInvitesRevokeInput, adminInvitesRevokeOutput } from '@holdfast/shared'
import { eq, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { notFound } from '../../platform/refusal.ts'

const { invitations } = schema

/** Withdraws an invitation. A repeat is harmless; an account that it made stays. @throws Refusal NOT_FOUND */
export async function revokeInvite(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  { inviteId }: z.output<typeof adminInvitesRevokeInput>,
): Promise<z.infer<typeof adminInvitesRevokeOutput>> {
  const now = clock.now().toISOString()
  const revoked = await database.queries
    .update(invitations)
    .set({ revokedAt: sql`coalesce(${invitations.revokedAt}, ${now}::timestamptz)` })
    .where(eq(invitations.id, inviteId))
    .returning({ id: invitations.id })
  if (revoked.length === 0) throw notFound('Invitation')
  return { inviteId }
}
