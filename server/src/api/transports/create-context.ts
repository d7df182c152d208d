import type { IncomingMessage } from 'node:http'
import { v7 as uuidv7 } from 'uuid'
import { authorizationToToken } from '../../auth/bearer-token.ts'
import { clientIpHeader } from '../../config/client-ip-header.ts'
import type { Deps } from '../trpc/deps.ts'
import type { ClientSocket, Context } from '../trpc/context.ts'

/** The context of an HTTP request. An invalid token gives an anonymous context, which the procedure then refuses with the right code. */
export async function createHttpContext(deps: Deps, request: IncomingMessage): Promise<Context> {
  const token = authorizationToToken(request.headers.authorization)
  return {
    deps,
    user: token === null ? null : await deps.auth.verifyToken(token, 'api'),
    socket: null,
    address: String(request.headers[clientIpHeader] ?? '') || null,
    requestId: uuidv7(),
  }
}

/** The context of a WebSocket while it is open. The token comes in its first frame, never in the URL. */
export async function createSocketContext(
  deps: Deps,
  input: { socket: ClientSocket; token: unknown; address: string | null },
): Promise<Context> {
  const { socket, token, address } = input
  return {
    deps,
    user: typeof token === 'string' ? await deps.auth.verifyToken(token, 'api') : null,
    socket,
    address,
    requestId: uuidv7(),
  }
}
