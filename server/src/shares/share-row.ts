import { schema } from '@holdfast/drizzle'
import type { Id, Share } from '@holdfast/shared'
import { and, eq, gt, isNull, or } from 'drizzle-orm'
import { hashSecretText } from '../auth/secret-text.ts'
import { toPublicAddress } from '../config/public-address.ts'
import type { Queries } from '../platform/database/database.ts'
import { notFound } from '../platform/refusal.ts'
import type { KeyCipher } from '../providers/key-cipher.ts'

const { conversations, shares, users } = schema

export type ShareRow = typeof shares.$inferSelect

export interface ShareLinkDeps {
  readonly config: { readonly publicUrl: URL }
  /** Encrypts tokens for the row of their share. */
  readonly shareCipher: KeyCipher
}

/** A share as its owner sees it. */
export function rowToShare({ config, shareCipher }: ShareLinkDeps, row: Omit<ShareRow, 'messages'>): Share {
  const token = shareCipher.decrypt(row.encryptedToken, row.id)
  return {
    id: row.id,
    conversationId: row.conversationId,
    token,
    url: token === null ? null : `${toPublicAddress(config.publicUrl)}/share/${token}`,
    kind: row.kind,
    leafId: row.leafId,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    views: row.views,
  }
}

/** A share whose link is valid, with what it needs to know of its conversation. */
export interface OpenShare {
  readonly id: Id
  readonly userId: Id
  readonly conversationId: Id
  readonly kind: ShareRow['kind']
  readonly leafId: Id | null
  readonly createdAt: Date
  /** As it is to be shown. */
  readonly title: string
  /** The message at the end of the branch that its owner has open. */
  readonly activeMessageId: Id | null
  /** Grows with every change of the conversation. */
  readonly lastSeq: number
}

/**
 * The share of a token. A link that was guessed, has expired or was revoked, a conversation that is in the trash or gone, and an owner who
 * may not sign in all look the same.
 * @throws Refusal NOT_FOUND
 */
export async function openShare(queries: Queries, token: string, now: Date): Promise<OpenShare> {
  const [row] = await queries
    .select({
      id: shares.id,
      userId: shares.userId,
      conversationId: shares.conversationId,
      kind: shares.kind,
      leafId: shares.leafId,
      createdAt: shares.createdAt,
      sharedTitle: shares.title,
      title: conversations.title,
      activeMessageId: conversations.activeMessageId,
      lastSeq: conversations.lastSeq,
    })
    .from(shares)
    .innerJoin(conversations, eq(conversations.id, shares.conversationId))
    .innerJoin(users, eq(users.id, shares.userId))
    .where(
      and(
        eq(shares.tokenHash, hashSecretText(token)),
        isNull(shares.revokedAt),
        or(isNull(shares.expiresAt), gt(shares.expiresAt, now)),
        isNull(conversations.deletedAt),
        eq(conversations.userId, shares.userId),
        eq(users.status, 'active'),
      ),
    )
  if (!row) throw notFound('Share')
  const { sharedTitle, ...rest } = row
  return { ...rest, title: sharedTitle ?? rest.title }
}
