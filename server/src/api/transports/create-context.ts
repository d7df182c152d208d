import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { v7 as uuidv7 } from 'uuid'
import { authorizationToToken } from '../../auth/bearer-token.ts'
import { requestToAuthRequest } from '../../auth/auth-request.ts'
import { clientIpHeader } from '../../config/client-ip-header.ts'
import type { Deps } from '../trpc/deps.ts'
import type { ClientSocket, Context } from '../trpc/context.ts'

/** The context of an HTTP request. An invalid token gives an anonymous context, which the procedure then refuses with the right code. */
export async function createHttpContext(deps: Deps, request: IncomingMessage): Promise<Context> {
  const token = authorizationToToken(request.headers.authorization)
  return {
    deps,
    user: await deps.auth.identify(requestToAuthRequest(request, token)),
    socket: null,
    address: String(request.headers[clientIpHeader] ?? '') || null,
    requestId: uuidv7(),
  }
}

/** The context of a WebSocket while it is open. The token comes in its first frame, never in the URL. `headers`: of the upgrade. */
export async function createSocketContext(
  deps: Deps,
  input: { socket: ClientSocket; token: unknown; address: string | null; headers: IncomingHttpHeaders },
): Promise<Context> {
  const { socket, token, address, headers } = input
  return {
    deps,
    user: await deps.auth.identify({ headers, address, token: typeof token === 'string' ? token : null }),
    socket,
    address,
    requestId: uuidv7(),
  }
}
