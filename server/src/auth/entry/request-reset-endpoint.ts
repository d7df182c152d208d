import { schema } from '@holdfast/drizzle'
import { accountEmail } from '@holdfast/shared'
import { APIError, createAuthEndpoint } from 'better-auth/api'
import { and, eq, ne } from 'drizzle-orm'
import { z } from 'zod'
import { clientIpHeader } from '../../config/client-ip-header.ts'
import type { EntryDeps } from './entry-deps.ts'
import { resetMail } from './mails.ts'
import { createResetLink, mailedLinkMinutes, wasMailedRecently } from './reset-links.ts'

/**
 * `POST /api/auth/reset/request { email }` → `{ success: true }`, always: a mail with a reset link goes to the address if an account that is
 * not disabled has it, at most once in five minutes. 403 where the server sends no mails.
 */
export function createRequestResetEndpoint(deps: EntryDeps) {
  const { mailer, logger } = deps
  return createAuthEndpoint(
    '/reset/request',
    { method: 'POST', body: z.strictObject({ email: accountEmail }), metadata: { noStore: true } },
    async (ctx) => {
      if (mailer === null) {
        const message = 'This server sends no mails. Ask an administrator for a link'
        throw new APIError('FORBIDDEN', { code: 'MAIL_OFF', message })
      }
      // In the background: the time of an answer would tell which addresses have accounts.
      mailLink(deps, ctx.body.email, ctx.headers?.get(clientIpHeader) ?? null).catch((err: unknown) => {
        logger.error({ event: 'reset-not-mailed', err }, 'a reset link could not be made')
      })
      return ctx.json({ success: true })
    },
  )
}

async function mailLink({ queries, clock, audit, mailer, publicAddress }: EntryDeps, email: string, address: string | null) {
  const { users } = schema
  const now = clock.now()
  const link = await queries.transaction(async (tx) => {
    const isAccount = and(eq(users.email, email), eq(users.isAnonymous, false), ne(users.status, 'disabled'))
    // Locked, so that of two requests at the same moment one makes a link.
    const [user] = await tx.select({ id: users.id }).from(users).where(isAccount).for('update')
    if (!user || (await wasMailedRecently(tx, user.id, now))) return null
    const target = { targetType: 'user', targetId: user.id }
    await audit.record(tx, { action: 'user.reset-link-created', actorId: null, ...target, address, details: { by: 'mail' } })
    return createResetLink(tx, { userId: user.id, publicAddress, now, by: 'mail' })
  })
  if (link !== null) mailer?.send(resetMail({ to: email, url: link.url, minutes: mailedLinkMinutes }))
}
