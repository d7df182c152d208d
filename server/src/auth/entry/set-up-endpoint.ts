import { APIError, createAuthEndpoint } from 'better-auth/api'
import { z } from 'zod'
import { accountFields, checkPassword } from '../account-fields.ts'
import { createAccount } from '../create-account.ts'
import type { EntryDeps } from './entry-deps.ts'
import { linkRefused, linkTokenSchema } from './link-token.ts'
import { beginSession } from './new-session.ts'

/**
 * `POST /api/auth/setup { token, name, email, password }` with the token of the link that the start prints: makes the first administrator
 * and signs them in. 403 for any other token, and for every token once this was done.
 */
export function createSetUpEndpoint({ queries, clock, setUp }: EntryDeps) {
  return createAuthEndpoint(
    '/setup',
    {
      method: 'POST',
      requireHeaders: true,
      body: z.strictObject({ token: linkTokenSchema, ...accountFields }),
      metadata: { noStore: true },
    },
    async (ctx) => {
      const { token, name, email, password } = ctx.body
      checkPassword(password)
      if (!(await setUp.isNeeded())) throw linkRefused()
      const passwordHash = await ctx.context.password.hash(password)
      const user = await queries.transaction(async (tx) => {
        if (!(await setUp.claim(tx, token))) throw linkRefused()
        const created = await createAccount(tx, { name, email, passwordHash, role: 'admin' }, clock.now())
        // Whoever has the link knows already that they own the server.
        if (!created) throw new APIError('UNPROCESSABLE_ENTITY', { code: 'EMAIL_TAKEN', message: 'email: is taken' })
        return created
      })
      await beginSession(ctx, user.id)
      return ctx.json({ user: { id: user.id, name, email } })
    },
  )
}
