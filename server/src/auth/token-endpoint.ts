import type { BetterAuthPlugin } from 'better-auth'
import { createAuthEndpoint, sessionMiddleware } from 'better-auth/api'
import { createJwk, getJwtToken, jwt, type JwtOptions } from 'better-auth/plugins'
import { z } from 'zod'
import { audiences } from './auth.ts'

/**
 * The plugin that signs JWTs, with one endpoint of our own in place of its `/token`:
 *
 * `GET /api/auth/token?audience=api|mcp` (default `api`) with the session cookie → `{ token }`, valid for five minutes.
 * A token of one audience is refused where the other is asked for. 401 without a live session.
 */
export function createTokenPlugin(options: JwtOptions) {
  const { endpoints, ...plugin } = jwt(options)
  return {
    ...plugin,
    endpoints: {
      getJwks: endpoints.getJwks,
      signJWT: endpoints.signJWT,
      createSigningKey: createAuthEndpoint.serverOnly({ method: 'POST' }, (ctx) => createJwk(ctx, options)),
      getToken: createAuthEndpoint(
        '/token',
        {
          method: 'GET',
          requireHeaders: true,
          use: [sessionMiddleware],
          query: z.object({ audience: z.enum(audiences).default('api') }),
          metadata: { noStore: true },
        },
        async (ctx) => {
          const { audience } = ctx.query
          return ctx.json({ token: await getJwtToken(ctx, { ...options, jwt: { ...options.jwt, audience } }) })
        },
      ),
    },
  } satisfies BetterAuthPlugin
}
