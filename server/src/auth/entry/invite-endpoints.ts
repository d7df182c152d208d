import { APIError, createAuthEndpoint } from 'better-auth/api'
import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { accountFields, checkPassword } from '../account-fields.ts'
import { createAccount } from '../create-account.ts'
import type { EntryDeps } from './entry-deps.ts'
import { claimInvitation, findInvitation } from './invitations.ts'
import { linkRefused, linkTokenSchema } from './link-token.ts'
import { beginSession } from './new-session.ts'

/** The address of an invitation that is for one address only. */
export function checkInvitedEmail(invited: string | null, email: string): void {
  if (invited === null || invited.toLowerCase() === email) return
  throw new APIError('BAD_REQUEST', { code: 'OTHER_EMAIL', message: 'email: this invitation is for another address' })
}

/**
 * `POST /api/auth/invite/look { token }` → `{ email, expiresAt }`: whom an invitation is for; null: for whoever has the link.
 *
 * `POST /api/auth/invite/accept { token, name, email, password }`: uses it up, makes the account with its role, and signs in. A guest who
 * wants to keep their conversations calls `/guest/upgrade` with `invite` instead.
 *
 * 403 where nobody may make an account, and for an invitation that was never made, was used or revoked, or has expired.
 */
export function createInviteEndpoints({ queries, clock, rules }: EntryDeps) {
  return {
    lookAtInvite: createAuthEndpoint(
      '/invite/look',
      { method: 'POST', body: z.strictObject({ token: linkTokenSchema }), metadata: { noStore: true } },
      async (ctx) => {
        const invitation = await findInvitation(queries, ctx.body.token, clock.now())
        if (!invitation) throw linkRefused()
        return ctx.json({ email: invitation.email, expiresAt: invitation.expiresAt.toISOString() })
      },
    ),
    acceptInvite: createAuthEndpoint(
      '/invite/accept',
      {
        method: 'POST',
        requireHeaders: true,
        body: z.strictObject({ token: linkTokenSchema, ...accountFields }),
        metadata: { noStore: true },
      },
      async (ctx) => {
        const { token, name, email, password } = ctx.body
        await rules.checkInvited()
        checkPassword(password)
        const now = clock.now()
        if (!(await findInvitation(queries, token, now))) throw linkRefused()
        const passwordHash = await ctx.context.password.hash(password)
        const user = await queries.transaction(async (tx) => {
          const invitation = await claimInvitation(tx, token, now)
          if (!invitation) throw linkRefused()
          checkInvitedEmail(invitation.email, email)
          const created = await createAccount(tx, { name, email, passwordHash, role: invitation.role }, now)
          if (!created) {
            const message = 'This account could not be created'
            throw new APIError('UNPROCESSABLE_ENTITY', { code: 'INVITE_REFUSED', message })
          }
          await tx.update(schema.invitations).set({ usedBy: created.id }).where(eq(schema.invitations.id, invitation.id))
          return created
        })
        await beginSession(ctx, user.id)
        return ctx.json({ user: { id: user.id, name, email } })
      },
    ),
  }
}
