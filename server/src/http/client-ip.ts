import type { RequestHandler } from 'express'
import proxyAddr from 'proxy-addr'
import { clientIpHeader } from '../auth/client-ip-header.ts'

/** Headers that a proxy writes and that anybody can. Nothing in the server believes them but this file, and no library shall. */
const forwardedHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']

/**
 * Overwrites what a client claims to be with what it is: an IPv4 address as such; empty when the connection is gone.
 * @param trustedProxies addresses, networks and names as `proxy-addr` takes them. What they write into `X-Forwarded-For` is believed,
 * from the right, for as long as the next address is one of them, too
 */
export function createClientIps(trustedProxies: readonly string[]): RequestHandler {
  const isTrusted = proxyAddr.compile([...trustedProxies])
  return (request, _response, next) => {
    const ip = request.socket.remoteAddress === undefined ? '' : proxyAddr(request, isTrusted)
    for (const header of forwardedHeaders) delete request.headers[header]
    request.headers[clientIpHeader] = ip.replace(/^::ffff:(?=\d+\.)/iu, '')
    next()
  }
}
