import { schema } from '@holdfast/drizzle'
import { and, count, eq, isNull } from 'drizzle-orm'
import type { Queries, Transaction } from '../platform/database/database.ts'
import { Refusal } from '../platform/refusal.ts'
import { createAccessTokenText, hashAccessToken } from './access-token-lookup.ts'

const { accessTokens } = schema

export const maxLiveAccessTokens = 200
const prefixLength = 10
const dayMs = 24 * 60 * 60 * 1000

/** What a caller says of a new token. */
export interface WantedToken {
  readonly name: string
  readonly scopes: readonly string[]
  /** Null: it never ends. */
  readonly expiresInDays: number | null
}

/** The text of a new token, which is stored nowhere, and what is stored of it. */
export function newAccessToken(wanted: WantedToken, createdAt: Date) {
  const token = createAccessTokenText()
  const secret = { hash: hashAccessToken(token), prefix: token.slice(0, prefixLength) }
  return { token, secret, values: { ...toStored(wanted, createdAt), ...secret, createdAt } }
}

/** What a caller has said of a token that was made at `createdAt`, as it is stored. */
export function toStored({ name, scopes, expiresInDays }: WantedToken, createdAt: Date) {
  const expiresAt = expiresInDays === null ? null : new Date(createdAt.getTime() + expiresInDays * dayMs)
  return { name, scopes: [...new Set(scopes)].toSorted(), expiresAt }
}

/** @param who begins the sentence, e.g. `You have` @throws Refusal BAD_REQUEST for a user who has as many tokens as anybody may have */
export async function refuseTooMany(queries: Queries | Transaction, userId: string, who: string): Promise<void> {
  const [row] = await queries
    .select({ live: count() })
    .from(accessTokens)
    .where(and(eq(accessTokens.userId, userId), isNull(accessTokens.revokedAt)))
  if ((row?.live ?? 0) < maxLiveAccessTokens) return
  throw new Refusal('BAD_REQUEST', `${who} ${maxLiveAccessTokens} access tokens. Revoke one first`)
}
