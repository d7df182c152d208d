import { schema } from '@holdfast/drizzle'
import type { AccessToken, tokensCreateInput, tokensCreateOutput } from '@holdfast/shared'
import { and, count, desc, eq, isNull } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import type { Deps } from '../deps.ts'
import { notFound, Refusal } from '../refusal.ts'
import { createAccessTokenText, hashAccessToken } from './access-token-lookup.ts'
import type { User } from './auth.ts'
import { publishRevocation } from './session-revoked.ts'

type TokenDeps = Pick<Deps, 'database' | 'clock' | 'bus'>
type CreateInput = z.output<typeof tokensCreateInput>
type Created = z.output<typeof tokensCreateOutput>
type Row = typeof schema.accessTokens.$inferSelect

export const maxLiveAccessTokens = 200
const prefixLength = 10
const dayMs = 24 * 60 * 60 * 1000
/** As long as a client may still be repeating a request whose answer it did not get. */
const repeatWithinMs = 10 * 60 * 1000

const { accessTokens } = schema

/** The user's tokens that are not revoked, newest first; expired ones are among them. Never a token's text. */
export async function listAccessTokens(deps: TokenDeps, user: User): Promise<{ items: AccessToken[] }> {
  const rows = await deps.database.queries
    .select()
    .from(accessTokens)
    .where(and(eq(accessTokens.userId, user.id), isNull(accessTokens.revokedAt)))
    .orderBy(desc(accessTokens.createdAt), desc(accessTokens.id))
  return { items: rows.map(toAccessToken) }
}

/**
 * Makes a token and gives its text, the only time. Needs a session: a token cannot make tokens, or a stolen one would
 * outlive its revocation.
 *
 * A repeat with the same `tokenId` and body means that the first answer was lost. Its text is kept nowhere, so the same
 * row gets a new text and the lost one is dead. That is done only while nobody has used the token and for ten minutes;
 * later, for another body, or for an id that is somebody's, the answer is CONFLICT with reason `id-taken`.
 */
export async function createAccessToken(deps: TokenDeps, user: User, input: CreateInput): Promise<Created> {
  requireSession(user)
  const { queries } = deps.database
  const now = deps.clock.now()
  const token = createAccessTokenText()
  const secret = { hash: hashAccessToken(token), prefix: token.slice(0, prefixLength) }
  const id = input.tokenId ?? uuidv7()

  const [existing] = await queries.select().from(accessTokens).where(eq(accessTokens.id, id))
  if (!existing) {
    await refuseTooMany(deps, user)
    const [created] = await queries
      .insert(accessTokens)
      .values({
        id,
        userId: user.id,
        name: input.name,
        scopes: toScopes(input),
        ...secret,
        createdAt: now,
        expiresAt: input.expiresInDays === null ? null : new Date(now.getTime() + input.expiresInDays * dayMs),
      })
      .onConflictDoNothing({ target: accessTokens.id })
      .returning()
    if (created) return { ...toAccessToken(created), token }
  }

  const [row] = existing ? [existing] : await queries.select().from(accessTokens).where(eq(accessTokens.id, id))
  if (!row || row.userId !== user.id || !isSameBody(row, input) || now.getTime() - row.createdAt.getTime() > repeatWithinMs) {
    throw idTaken()
  }
  const [renewed] = await queries
    .update(accessTokens)
    .set(secret)
    .where(and(eq(accessTokens.id, id), isNull(accessTokens.lastUsedAt), isNull(accessTokens.revokedAt)))
    .returning()
  if (!renewed) throw idTaken()
  return { ...toAccessToken(renewed), token }
}

/** From now on the token is refused, and what it has open is closed. Repeating it is harmless. Needs a session. */
export async function revokeAccessToken(deps: TokenDeps, user: User, input: { tokenId: string }): Promise<{ tokenId: string }> {
  requireSession(user)
  const { tokenId } = input
  const { queries } = deps.database
  const isOwn = and(eq(accessTokens.id, tokenId), eq(accessTokens.userId, user.id))
  const revoked = await queries
    .update(accessTokens)
    .set({ revokedAt: deps.clock.now() })
    .where(and(isOwn, isNull(accessTokens.revokedAt)))
    .returning({ id: accessTokens.id })
  if (revoked.length > 0) {
    publishRevocation(deps.bus, tokenId)
    return { tokenId }
  }
  const [row] = await queries.select({ id: accessTokens.id }).from(accessTokens).where(isOwn)
  if (!row) throw notFound('Token')
  return { tokenId }
}

function requireSession(user: User): void {
  if (user.sessionId !== null) return
  throw new Refusal('UNAUTHORIZED', 'Access tokens are made and revoked after signing in, not with an access token')
}

async function refuseTooMany(deps: TokenDeps, user: User): Promise<void> {
  const [row] = await deps.database.queries
    .select({ live: count() })
    .from(accessTokens)
    .where(and(eq(accessTokens.userId, user.id), isNull(accessTokens.revokedAt)))
  if ((row?.live ?? 0) < maxLiveAccessTokens) return
  throw new Refusal('BAD_REQUEST', `You have ${maxLiveAccessTokens} access tokens: revoke one first`)
}

function idTaken(): Refusal {
  return new Refusal('CONFLICT', 'This tokenId is taken, and the text of a token is shown only once', {
    reason: 'id-taken',
  })
}

function toScopes(input: CreateInput): CreateInput['scopes'] {
  return [...new Set(input.scopes)].sort()
}

function isSameBody(row: Row, input: CreateInput): boolean {
  const days = row.expiresAt === null ? null : (row.expiresAt.getTime() - row.createdAt.getTime()) / dayMs
  return row.name === input.name && days === input.expiresInDays && row.scopes.join(' ') === toScopes(input).join(' ')
}

function toAccessToken(row: Row): AccessToken {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes.filter((scope) => scope === 'api' || scope === 'mcp'),
    prefix: row.prefix,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }
}
