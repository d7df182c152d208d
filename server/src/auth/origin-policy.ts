import { isIP } from 'node:net'
import type { Config } from '../config/config.ts'
import { toBasePath, toPublicAddress } from '../config/public-address.ts'

/** Which pages may talk to this server from a browser. `host` is always a `Host` header: a name or address, and a port. */
export interface OriginPolicy {
  /** The scheme, host and port that people use. */
  readonly publicOrigin: string
  /** The path under which they reach the server: empty, or like `/chat`. */
  readonly basePath: string
  /** Both, in front of every path of the server: `https://example.com/chat`. */
  readonly publicAddress: string
  /** Foreign pages that may call and connect, with credentials where cookies are used. */
  readonly corsOrigins: readonly string[]
  /**
   * Whether the server answers under this host: its public name, `localhost`, or an address. A page that had its own
   * name resolve to us (DNS rebinding) cannot pass, since a browser sends that name.
   */
  readonly isTrustedHost: (host: string | undefined) => boolean
  /**
   * Whether a page of `origin` may talk to the server under `host`: our own page, also behind another port of a
   * container and across the names of the loopback address, and exactly the configured foreign ones.
   */
  readonly isTrustedOrigin: (origin: string, host: string | undefined) => boolean
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])
const hostPattern = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/iu

export function createOriginPolicy(config: Pick<Config, 'publicUrl' | 'corsOrigins'>): OriginPolicy {
  const { protocol, origin: publicOrigin, hostname: publicName } = config.publicUrl
  const exactOrigins = new Set([publicOrigin, ...config.corsOrigins])

  const hostToUrl = (host: string | undefined): URL | null => {
    if (host === undefined || !hostPattern.test(host)) return null
    const url = URL.parse(`${protocol}//${host}`)
    if (url === null) return null
    const { hostname } = url
    return hostname === publicName || loopbackNames.has(hostname) || isIP(hostname.replace(/^\[|\]$/gu, '')) !== 0 ? url : null
  }

  return {
    publicOrigin,
    basePath: toBasePath(config.publicUrl),
    publicAddress: toPublicAddress(config.publicUrl),
    corsOrigins: config.corsOrigins,
    isTrustedHost: (host) => hostToUrl(host) !== null,
    isTrustedOrigin: (origin, host) => {
      if (exactOrigins.has(origin)) return true
      const page = URL.parse(origin)
      const server = hostToUrl(host)
      if (page === null || server === null || page.origin !== origin || page.protocol !== protocol) return false
      if (page.host === server.host) return true
      return loopbackNames.has(page.hostname) && loopbackNames.has(server.hostname) && page.port === server.port
    },
  }
}
