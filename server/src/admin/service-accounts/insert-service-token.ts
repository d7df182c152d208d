import { schema } from '@holdfast/drizzle'
import type { Id, tokensCreateOutput } from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { rowToAccessToken } from '../../auth/access-token-row.ts'
import { newAccessToken, refuseTooMany, type WantedToken } from '../../auth/new-access-token.ts'
import type { Transaction } from '../../platform/database/database.ts'

/** Creates a token of a service account. What it gives is the only place that holds its text. @throws Refusal BAD_REQUEST for too many */
export async function insertServiceToken(
  tx: Transaction,
  userId: Id,
  wanted: WantedToken,
  now: Date,
): Promise<z.infer<typeof tokensCreateOutput>> {
  await refuseTooMany(tx, userId, 'This account has')
  const { token, values } = newAccessToken(wanted, now)
  const [row] = await tx
    .insert(schema.accessTokens)
    .values({ ...values, id: uuidv7(), userId })
    .returning()
  if (!row) throw new Error('the database did not return the token that it stored')
  return { ...rowToAccessToken(row), token }
}
