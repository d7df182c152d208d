import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { OriginPolicy } from '../auth/origin-policy.ts'
import { toOwnPath } from './base-path.ts'
import { hasOneHost } from './host-guard.ts'
import { isForeign } from './origin-guard.ts'

export type UpgradeRefusal = 403 | 404 | 421 | 503

/**
 * Judges a request to open a WebSocket, which passes by all middleware. Null: open it. 404: another path, e.g. one that
 * the development server listens to as well. 421 and 403: as for HTTP. 503: the server is stopping.
 */
export function createUpgradeGuard(deps: {
  origins: OriginPolicy
  isDraining: () => boolean
}): (request: IncomingMessage) => UpgradeRefusal | null {
  return (request) => {
    const path = toOwnPath(request.url ?? '', deps.origins.basePath).split('?', 1)[0]
    if (path !== '/trpc') return 404
    if (!hasOneHost(request) || !deps.origins.isTrustedHost(request.headers.host)) return 421
    if (isForeign(request, deps.origins)) return 403
    if (deps.isDraining()) return 503
    return null
  }
}

/** Answers an upgrade that was refused, and closes. */
export function refuseUpgrade(socket: Duplex, status: UpgradeRefusal): void {
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
