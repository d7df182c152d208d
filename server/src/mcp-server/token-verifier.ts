import { OAuthError, OAuthErrorCode, type OAuthTokenVerifier } from '@modelcontextprotocol/server'
import type { Auth } from '../auth/auth.ts'
import type { Clock } from '../platform/clock.ts'

/** Assumed for a token without expiry, since the SDK requires one. It verifies the token again with every request. */
const assumedSeconds = 60

/** Verifies tokens with audience or scope `mcp` for the SDK's bearer check; `extra.userId` is the caller. */
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
