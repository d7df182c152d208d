import { schema } from '@holdfast/drizzle'
import type { adminInvitesListInput, adminInvitesListOutput } from '@holdfast/shared'
import { and, desc, gt, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { rowToInvite } from './invite-row.ts'

const { invitations } = schema
const maxItems = 200

/** The newest invitations: those that still work, or all. */
export async function listInvites(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  input: z.output<typeof adminInvitesListInput>,
): Promise<z.infer<typeof adminInvitesListOutput>> {
  const now = clock.now()
  const isOpen = and(isNull(invitations.usedAt), isNull(invitations.revokedAt), gt(invitations.expiresAt, now))
  const rows = await database.queries
    .select()
    .from(invitations)
    .where(input?.all ? undefined : isOpen)
    .orderBy(desc(invitations.createdAt), desc(invitations.id))
    .limit(maxItems)
  return { items: rows.map((row) => rowToInvite(row, now)) }
}
