import { schema } from '@holdfast/drizzle'
import type { Id, Share, sharesCreateInput } from '@holdfast/shared'
import { and, eq, inArray, isNull } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { createSecretText, hashSecretText } from '../../auth/secret-text.ts'
import { lockConversation } from '../../conversation-store/conversation-row.ts'
import { readMessageRow } from '../../conversation-store/read-path.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Transaction } from '../../platform/database/database.ts'
import { badField, notFound } from '../../platform/refusal.ts'
import { rowToShare, type ShareLinkDeps } from '../share-row.ts'
import { messagesToFileIds, readBranchForGood } from '../shared-messages.ts'

const { files, shareFiles, shares } = schema

/** Links to one conversation that are not revoked. */
const maxShares = 50
/** Characters of the messages of a snapshot, as JSON. */
const maxSnapshotLength = 20_000_000

/**
 * Makes a link to a branch of a conversation. A snapshot is a copy of its messages and keeps their files: nothing that becomes of them
 * changes it, and it goes with its conversation.
 * @throws Refusal NOT_FOUND; BAD_REQUEST for a time that has passed, a conversation without messages or one that is too long for a snapshot
 */
export async function createShare(
  deps: ShareLinkDeps & { readonly database: Database; readonly clock: Clock },
  userId: Id,
  input: z.output<typeof sharesCreateInput>,
): Promise<Share> {
  const { conversationId, kind } = input
  const now = deps.clock.now()
  const expiresAt = input.expiresAt ? new Date(input.expiresAt) : null
  if (expiresAt && expiresAt <= now) throw badField('expiresAt', 'must be in the future')
  return deps.database.queries.transaction(async (tx) => {
    // Its lock holds back what would change the conversation while it is copied.
    const conversation = await lockConversation(tx, userId, conversationId)
    const open = await tx.$count(shares, and(eq(shares.conversationId, conversationId), isNull(shares.revokedAt)))
    if (open >= maxShares) throw badField('conversationId', `has ${maxShares} links already: revoke one first`)
    const leafId = input.leafId ?? null
    if (leafId !== null && (await readMessageRow(tx, userId, leafId)).conversationId !== conversationId) throw notFound('Message')
    if (conversation.activeMessageId === null) throw badField('conversationId', 'has no messages yet')
    const messages =
      kind === 'snapshot' ? await readBranchForGood(tx, conversationId, leafId ?? conversation.activeMessageId) : null
    const stored = messages && JSON.stringify(messages)
    if (stored !== null && stored.length > maxSnapshotLength) throw badField('kind', 'the branch is too long for a snapshot')
    const id = uuidv7()
    const token = createSecretText()
    const [row] = await tx
      .insert(shares)
      .values({
        id,
        conversationId,
        userId,
        kind,
        tokenHash: hashSecretText(token),
        encryptedToken: deps.shareCipher.encrypt(token, id),
        leafId: leafId ?? (kind === 'snapshot' ? conversation.activeMessageId : null),
        title: kind === 'snapshot' ? conversation.title : null,
        messages: stored,
        createdAt: now,
        expiresAt,
      })
      .returning()
    if (!row) throw new Error('a share was not inserted')
    if (messages) await keepFiles(tx, id, messagesToFileIds(messages))
    return rowToShare(deps, row)
  })
}

async function keepFiles(tx: Transaction, shareId: Id, fileIds: readonly Id[]): Promise<void> {
  if (fileIds.length === 0) return
  // Those that are not there any more have no row to be kept.
  const rows = await tx
    .select({ fileId: files.id })
    .from(files)
    .where(inArray(files.id, [...fileIds]))
    .for('share')
  if (rows.length > 0) await tx.insert(shareFiles).values(rows.map(({ fileId }) => ({ shareId, fileId })))
}
