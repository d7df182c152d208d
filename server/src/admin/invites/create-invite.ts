import { schema } from '@holdfast/drizzle'
import type { adminInvitesCreateInput, adminInvitesCreateOutput } from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { requireSession } from '../../auth/access-token-row.ts'
import type { User } from '../../auth/auth.ts'
import { inviteMail } from '../../auth/entry/mails.ts'
import { createSecretText, hashSecretText } from '../../auth/secret-text.ts'
import type { Config } from '../../config/config.ts'
import { toPublicAddress } from '../../config/public-address.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Mailer } from '../../platform/mailer.ts'
import { rowToInvite } from './invite-row.ts'

const dayMs = 24 * 60 * 60 * 1000

/**
 * Makes an invitation. Its link is in this answer, and makes one account. Where the server sends mails, one for an address is mailed, too.
 * @throws Refusal UNAUTHORIZED without a session
 */
export async function createInvite(
  {
    database,
    clock,
    config,
    mailer,
  }: {
    readonly database: Database
    readonly clock: Clock
    readonly config: Pick<Config, 'publicUrl'>
    readonly mailer: Pick<Mailer, 'send'> | null
  },
  caller: User,
  { email, role, expiresInDays }: z.output<typeof adminInvitesCreateInput>,
): Promise<z.infer<typeof adminInvitesCreateOutput>> {
  requireSession(caller, 'Invitations can only be created')
  const token = createSecretText()
  const now = clock.now()
  const [row] = await database.queries
    .insert(schema.invitations)
    .values({
      id: uuidv7(),
      tokenHash: hashSecretText(token),
      email: email ?? null,
      role,
      createdBy: caller.id,
      createdAt: now,
      expiresAt: new Date(now.getTime() + expiresInDays * dayMs),
    })
    .returning()
  if (!row) throw new Error('the database did not return the invitation that it stored')
  const url = `${toPublicAddress(config.publicUrl)}/invite/${token}`
  if (row.email !== null) mailer?.send(inviteMail({ to: row.email, url, expiresAt: row.expiresAt }))
  return { ...rowToInvite(row, now), url }
}
