import { schema } from '@holdfast/drizzle'
import type { tokensCreateInput, tokensCreateOutput } from '@holdfast/shared'
import { and, eq, isNull } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import type { Config } from '../config/config.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import { Refusal } from '../platform/refusal.ts'
import { requireSession, rowToAccessToken, type AccessTokenRow } from './access-token-row.ts'
import type { User } from './auth.ts'
import { isGuest } from './is-guest.ts'
import { newAccessToken, refuseTooMany, toStored } from './new-access-token.ts'

interface CreateDeps {
  readonly clock: Clock
  readonly database: Database
  readonly config: Pick<Config, 'isForThisMachine'>
}
type CreateInput = z.output<typeof tokensCreateInput>
type Created = z.output<typeof tokensCreateOutput>

/** Of a guest who came from elsewhere: a guest is gone when the browser forgets them, and their token should be, too. */
const maxGuestDays = 7
/** The time within which a client may repeat a request whose answer it did not get. */
const repeatWithinMs = 10 * 60 * 1000

const { accessTokens } = schema

/**
 * Creates a token. This is the only answer that contains its text. That of a guest lives for seven days at most, except on a server that
 * only its machine reaches.
 *
 * A repeat with the same `tokenId` and body means that the first answer was lost. Its text is not stored, so the same row gets a new
 * text and the lost one stops working: within ten minutes, and only if the token has not been used.
 * @throws Refusal UNAUTHORIZED without a session, BAD_REQUEST for too many tokens, CONFLICT id-taken for any other repeat
 */
export async function createAccessToken(deps: CreateDeps, user: User, asked: CreateInput): Promise<Created> {
  requireSession(user)
  const { queries } = deps.database
  const isShort = !deps.config.isForThisMachine && (await isGuest(deps.database, user.id))
  const input = isShort ? { ...asked, expiresInDays: Math.min(asked.expiresInDays ?? maxGuestDays, maxGuestDays) } : asked
  const now = deps.clock.now()
  const { token, secret, values } = newAccessToken(input, now)
  const id = input.tokenId ?? uuidv7()

  const [existing] = await queries.select().from(accessTokens).where(eq(accessTokens.id, id))
  if (!existing) {
    await refuseTooMany(queries, user.id, 'You have')
    const [created] = await queries
      .insert(accessTokens)
      .values({ ...values, id, userId: user.id })
      .onConflictDoNothing({ target: accessTokens.id })
      .returning()
    if (created) return { ...rowToAccessToken(created), token }
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
  return { ...rowToAccessToken(renewed), token }
}

function idTaken(): Refusal {
  return new Refusal('CONFLICT', 'This tokenId is taken, and the text of a token is shown only once', {
    reason: 'id-taken',
  })
}

function isSameBody(row: AccessTokenRow, input: CreateInput): boolean {
  const { name, scopes, expiresAt } = toStored(input, row.createdAt)
  return row.name === name && row.expiresAt?.getTime() === expiresAt?.getTime() && row.scopes.join(' ') === scopes.join(' ')
}
