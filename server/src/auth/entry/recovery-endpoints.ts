import { APIError, createAuthEndpoint, sensitiveSessionMiddleware } from 'better-auth/api'
import { schema } from '@holdfast/drizzle'
import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { createSecretCode, hashSecretCode } from '../secret-text.ts'
import type { EntryDeps } from './entry-deps.ts'
import { beginSession } from './new-session.ts'

const { users } = schema

/**
 * `POST /api/auth/guest/code` with a guest's session → `{ code }`: a code by which the guest gets in from another browser. It takes the
 * place of the one before, and is shown this once.
 *
 * `POST /api/auth/guest/recover { code }` → `{ code }`: signs in as the guest whose code this is. The code is used up; the answer has the
 * next one. 403 for any other code.
 */
export function createRecoveryEndpoints({ queries, rules }: EntryDeps) {
  return {
    createRecoveryCode: createAuthEndpoint(
      '/guest/code',
      { method: 'POST', requireHeaders: true, use: [sensitiveSessionMiddleware], metadata: { noStore: true } },
      async (ctx) => {
        const code = createSecretCode()
        const changed = await queries
          .update(users)
          .set({ recoveryCodeHash: hashSecretCode(code) })
          .where(and(eq(users.id, ctx.context.session.user.id), eq(users.isAnonymous, true)))
          .returning({ id: users.id })
        if (changed.length === 0)
          throw new APIError('FORBIDDEN', { code: 'NOT_A_GUEST', message: 'Only guests have a recovery code' })
        return ctx.json({ code })
      },
    ),
    recoverGuest: createAuthEndpoint(
      '/guest/recover',
      {
        method: 'POST',
        requireHeaders: true,
        body: z.strictObject({ code: z.string().min(1).max(100) }),
        metadata: { noStore: true },
      },
      async (ctx) => {
        await rules.checkSetUp()
        const code = createSecretCode()
        const isThis = and(eq(users.recoveryCodeHash, hashSecretCode(ctx.body.code)), eq(users.isAnonymous, true))
        const [guest] = await queries
          .update(users)
          .set({ recoveryCodeHash: hashSecretCode(code) })
          .where(and(isThis, eq(users.status, 'active')))
          .returning({ id: users.id })
        if (!guest) {
          const message = 'This code does not work. Check it, or use the newest one: each works once'
          throw new APIError('FORBIDDEN', { code: 'CODE_REFUSED', message })
        }
        await beginSession(ctx, guest.id)
        return ctx.json({ code })
      },
    ),
  }
}
