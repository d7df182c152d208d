import { schema } from '@holdfast/drizzle'
import type { Id, sharesListInput, sharesListOutput } from '@holdfast/shared'
import { and, desc, eq, getTableColumns, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import { readConversation } from '../../conversation-store/conversation-row.ts'
import type { Database } from '../../platform/database/database.ts'
import { rowToShare, type ShareLinkDeps } from '../share-row.ts'

const { shares } = schema

/** The links to a conversation that are not revoked, newest first, including expired ones. @throws Refusal NOT_FOUND */
export async function listShares(
  deps: ShareLinkDeps & { readonly database: Database },
  userId: Id,
  { conversationId }: z.output<typeof sharesListInput>,
): Promise<z.infer<typeof sharesListOutput>> {
  const { queries } = deps.database
  await readConversation(queries, userId, conversationId)
  const { messages: _, ...columns } = getTableColumns(shares)
  const rows = await queries
    .select(columns)
    .from(shares)
    .where(and(eq(shares.conversationId, conversationId), eq(shares.userId, userId), isNull(shares.revokedAt)))
    .orderBy(desc(shares.createdAt), desc(shares.id))
  return { items: rows.map((row) => rowToShare(deps, row)) }
}
