import { schema } from '@holdfast/drizzle'
import type { Id, sharesRevokeInput, sharesRevokeOutput } from '@holdfast/shared'
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { notFound } from '../../platform/refusal.ts'

const { shareFiles, shares } = schema

/** Ends a link, and forgets what a snapshot holds. A repeat is harmless. @throws Refusal NOT_FOUND */
export function revokeShare(
  deps: { readonly database: Database; readonly clock: Clock },
  userId: Id,
  { shareId }: z.output<typeof sharesRevokeInput>,
): Promise<z.infer<typeof sharesRevokeOutput>> {
  const isOwn = and(eq(shares.id, shareId), eq(shares.userId, userId))
  return deps.database.queries.transaction(async (tx) => {
    const revoked = await tx
      .update(shares)
      .set({
        revokedAt: deps.clock.now(),
        messages: sql`case when ${shares.messages} is null then null else '[]' end`,
        title: sql`case when ${shares.title} is null then null else '' end`,
      })
      .where(and(isOwn, isNull(shares.revokedAt)))
      .returning({ id: shares.id })
    if (revoked.length === 0 && (await tx.$count(shares, isOwn)) === 0) throw notFound('Share')
    await tx.delete(shareFiles).where(eq(shareFiles.shareId, shareId))
    return { shareId }
  })
}
