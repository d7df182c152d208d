import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { clientIpHeader } from '../config/client-ip-header.ts'

/** A request whose sender is asked for. */
export interface AuthRequest {
  /** Names in lower case. Of a WebSocket: those of the request that opened it. */
  readonly headers: IncomingHttpHeaders
  /** Of the client, as far as `TRUST_PROXY` lets it be known. */
  readonly address: string | null
  /** Of `Authorization: Bearer`, or of the first frame of a WebSocket. */
  readonly token: string | null
}

export function requestToAuthRequest(request: IncomingMessage, token: string | null): AuthRequest {
  const { headers } = request
  return { headers, token, address: String(headers[clientIpHeader] ?? '') || null }
}
