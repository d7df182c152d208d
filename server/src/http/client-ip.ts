import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import proxyAddr from 'proxy-addr'
import type { Logger } from '../platform/logger.ts'
import { clientIpHeader } from '../config/client-ip-header.ts'

/** Headers that a proxy writes and that any client can forge. Nothing in the server believes them but this file, and no library may. */
const forwardedHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']

/** Whether a proxy says that it passes on a request of somebody else. */
export function hasForwardedHeader(request: IncomingMessage): boolean {
  return forwardedHeaders.some((name) => request.headers[name] !== undefined) || request.headers['via'] !== undefined
}

/** Gives the address of the client of a request; null when the connection is gone. An IPv4 address is given as such. */
export function createAddressReader(trustedProxies: readonly string[]): (request: IncomingMessage) => string | null {
  const isTrusted = proxyAddr.compile([...trustedProxies])
  return (request) => {
    if (request.socket.remoteAddress === undefined) return null
    return proxyAddr(request, isTrusted).replace(/^::ffff:(?=\d+\.)/iu, '')
  }
}

/**
 * Overwrites what a client claims to be with what it is: an IPv4 address as such; empty when the connection is gone.
 * @param trustedProxies addresses, networks and names as `proxy-addr` takes them. Their `X-Forwarded-For` is believed,
 * from the right, for as long as the next address is one of them, too
 */
export function createClientIps(trustedProxies: readonly string[], logger: Logger): RequestHandler {
  let isWarned = false
  const isTrusted = proxyAddr.compile([...trustedProxies])
  const readAddress = createAddressReader(trustedProxies)
  return (request, _response, next) => {
    const { remoteAddress } = request.socket
    if (!isWarned && request.headers['x-forwarded-for'] !== undefined && remoteAddress && !isTrusted(remoteAddress, 0)) {
      isWarned = true
      logger.warn(
        { event: 'forwarded-for-ignored', from: remoteAddress },
        'a request came with X-Forwarded-For from an address that TRUST_PROXY does not name: if it is your proxy, add it, or all its clients share one allowance',
      )
    }
    const ip = readAddress(request) ?? ''
    for (const header of forwardedHeaders) delete request.headers[header]
    request.headers[clientIpHeader] = ip
    next()
  }
}
