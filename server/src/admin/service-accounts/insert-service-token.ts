import { schema } from '@holdfast/drizzle'
import type { Id, tokensCreateOutput } from '@holdfast/shared'
import { and, count, eq, isNull } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { createAccessTokenText, hashAccessToken } from '../../auth/access-token-lookup.ts'
import { rowToAccessToken } from '../../auth/access-token-row.ts'
import { maxLiveAccessTokens } from '../../auth/create-access-token.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { Refusal } from '../../platform/refusal.ts'

const { accessTokens } = schema
const prefixLength = 10
const dayMs = 24 * 60 * 60 * 1000

export interface ServiceToken {
  readonly userId: Id
  readonly name: string
  readonly scopes: readonly string[]
  readonly expiresInDays: number | null
}

/** Creates a token of a service account. What it gives is the only place that holds its text. @throws Refusal BAD_REQUEST for too many */
export async function insertServiceToken(
  tx: Transaction,
  { userId, name, scopes, expiresInDays }: ServiceToken,
  now: Date,
): Promise<z.infer<typeof tokensCreateOutput>> {
  const [live] = await tx
    .select({ tokens: count() })
    .from(accessTokens)
    .where(and(eq(accessTokens.userId, userId), isNull(accessTokens.revokedAt)))
  if ((live?.tokens ?? 0) >= maxLiveAccessTokens) {
    throw new Refusal('BAD_REQUEST', `This account has ${maxLiveAccessTokens} access tokens. Revoke one first`)
  }
  const token = createAccessTokenText()
  const [row] = await tx
    .insert(accessTokens)
    .values({
      id: uuidv7(),
      userId,
      name,
      scopes: [...new Set(scopes)].toSorted(),
      hash: hashAccessToken(token),
      prefix: token.slice(0, prefixLength),
      createdAt: now,
      expiresAt: expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * dayMs),
    })
    .returning()
  if (!row) throw new Error('the database did not return the token that it stored')
  return { ...rowToAccessToken(row), token }
}
