import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector } from 'undici'

/** The address is inside of the server's networks, where people may not send the server. */
class InsideAddressError extends Error {
  override readonly name = 'InsideAddressError'
  readonly code = 'EINSIDE'
}

const connectTimeoutMs = 10_000

/**
 * Connections to the internet only. The address that a name has at the moment of connecting decides, so that a name cannot point elsewhere
 * after it was checked. `isInside` gets an IP address.
 */
export function createOutsideAgent(isInside: (address: string) => boolean): Agent {
  const lookupOutside: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0)
      const [first] = found
      if (!first || found.some(({ address }) => isInside(address))) return callback(new InsideAddressError(), '', 0)
      return options.all ? callback(null, found) : callback(null, first.address, first.family)
    })
  }
  const connect = buildConnector({ timeout: connectTimeoutMs, lookup: lookupOutside })
  return new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (options, callback) => {
      // No name is looked up for an address.
      const host = options.hostname.replaceAll(/^\[|\]$/gu, '')
      if (isIP(host) !== 0 && isInside(host)) return callback(new InsideAddressError(), null)
      return connect(options, callback)
    },
  })
}
