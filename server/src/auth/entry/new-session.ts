import type { GenericEndpointContext } from 'better-auth'
import { setSessionCookie } from 'better-auth/cookies'

/** Begins a session of an active user, and sets its cookie. @throws APIError when the rules do not let the user in */
export async function beginSession(ctx: GenericEndpointContext, userId: string): Promise<void> {
  const session = await ctx.context.internalAdapter.createSession(userId)
  const user = await ctx.context.internalAdapter.findUserById(userId)
  if (!session || !user) throw new Error('the session that was begun is not there')
  await setSessionCookie(ctx, { session, user })
}
