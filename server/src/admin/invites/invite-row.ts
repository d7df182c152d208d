import type { schema } from '@holdfast/drizzle'
import type { Invite } from '@holdfast/shared'

export type InviteRow = typeof schema.invitations.$inferSelect

/** An administrator's view of an invitation: never its link. */
export function rowToInvite(row: InviteRow, now: Date): Invite {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    state: row.usedAt ? 'used' : row.revokedAt ? 'revoked' : row.expiresAt <= now ? 'expired' : 'open',
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    usedAt: row.usedAt?.toISOString() ?? null,
  }
}
