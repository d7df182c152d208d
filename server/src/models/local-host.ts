import { isIP } from 'node:net'

/**
 * Whether a host is this machine or one of its network: where people run models themselves. `host` may have a port. False for everything
 * on the internet.
 */
export function isLocalHost(host: string): boolean {
  const name = host
    .replace(/:\d+$/u, '')
    .replaceAll(/^\[|\]$/gu, '')
    .toLowerCase()
  if (isIP(name) === 4)
    return /^(?:0|10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./u.test(name)
  if (isIP(name) === 6) return /^(?:::1?$|f[cd]|fe[89ab])/u.test(name)
  if (name === '') return false
  return !name.includes('.') || /\.(?:local|localhost|internal|lan|home|home\.arpa)$/u.test(name)
}
