import type { IncomingMessage } from 'node:http'
import { v7 as uuidv7 } from 'uuid'
import { authorizationToToken } from '../auth/bearer-token.ts'
import type { Deps } from '../deps.ts'
import type { ClientSocket, Context } from './context.ts'

/** The context of an HTTP request. A token that is not valid makes an anonymous context: the procedure refuses, with the right code. */
export async function createHttpContext(deps: Deps, request: IncomingMessage): Promise<Context> {
  const token = authorizationToToken(request.headers.authorization)
  return {
    deps,
    user: token === null ? null : await deps.auth.verifyToken(token, 'api'),
    socket: null,
    requestId: uuidv7(),
  }
}

/** The context of a WebSocket, for as long as it is open. The token comes in its first frame, never in the address. */
export async function createSocketContext(deps: Deps, input: { socket: ClientSocket; token: unknown }): Promise<Context> {
  const { socket, token } = input
  return {
    deps,
    user: typeof token === 'string' ? await deps.auth.verifyToken(token, 'api') : null,
    socket,
    requestId: uuidv7(),
  }
}
