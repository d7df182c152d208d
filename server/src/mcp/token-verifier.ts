import { OAuthError, OAuthErrorCode, type OAuthTokenVerifier } from '@modelcontextprotocol/server'
import type { Auth } from '../auth/auth.ts'
import type { Clock } from '../clock.ts'

/** The SDK takes no token without an end, and asks again with every request. */
const assumedSeconds = 60

/** Tokens of audience, or scope, `mcp` for the SDK's bearer check; `extra.userId` is who calls. */
export function createTokenVerifier(deps: { auth: Pick<Auth, 'verifyToken'>; clock: Clock }): OAuthTokenVerifier {
  return {
    verifyAccessToken: async (token) => {
      const user = await deps.auth.verifyToken(token, 'mcp')
      if (!user) throw new OAuthError(OAuthErrorCode.InvalidToken, 'The token is not valid here: it needs the scope mcp')
      const endMs = user.expiresAt?.getTime() ?? deps.clock.now().getTime() + assumedSeconds * 1000
      return {
        token,
        clientId: user.accessTokenId ?? user.id,
        scopes: ['mcp'],
        expiresAt: Math.floor(endMs / 1000),
        extra: { userId: user.id },
      }
    },
  }
}
