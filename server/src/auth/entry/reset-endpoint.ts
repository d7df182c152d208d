import { createAuthEndpoint } from 'better-auth/api'
import { schema } from '@holdfast/drizzle'
import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { accountPassword } from '@holdfast/shared'
import { checkPassword } from '../account-fields.ts'
import { endAccess } from '../end-access.ts'
import { publishRevocation } from '../session-revoked.ts'
import { turnOffTwoFactor } from '../two-factor/turn-off-two-factor.ts'
import { setPassword } from '../set-password.ts'
import type { EntryDeps } from './entry-deps.ts'
import { linkRefused, linkTokenSchema } from './link-token.ts'
import { claimResetLink } from './reset-links.ts'

/**
 * `POST /api/auth/reset { token, password }` with the token of a reset link: sets the password and ends all sessions and access tokens
 * of the account. A link of an administrator also turns off two-step sign-in. Signing in comes after. 403 for a link that was never made, was used, or has expired.
 */
export function createResetEndpoint({ queries, clock, bus }: EntryDeps) {
  return createAuthEndpoint(
    '/reset',
    {
      method: 'POST',
      body: z.strictObject({ token: linkTokenSchema, password: accountPassword }),
      metadata: { noStore: true },
    },
    async (ctx) => {
      const { token, password } = ctx.body
      checkPassword(password)
      const passwordHash = await ctx.context.password.hash(password)
      const now = clock.now()
      const endedIds = await queries.transaction(async (tx) => {
        const link = await claimResetLink(tx, token, now)
        if (link === null) throw linkRefused()
        const { userId } = link
        const { users } = schema
        const [user] = await tx
          .select({ id: users.id })
          .from(users)
          .where(and(eq(users.id, userId), eq(users.isAnonymous, false)))
        if (!user) throw linkRefused()
        await setPassword(tx, { userId, passwordHash, now })
        if (link.isFromAdmin) await turnOffTwoFactor(tx, userId)
        return endAccess(tx, userId, { now })
      })
      for (const id of endedIds) publishRevocation(bus, id)
      return ctx.json({ success: true })
    },
  )
}
