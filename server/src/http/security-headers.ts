import type { RequestHandler } from 'express'
import helmet from 'helmet'
import type { OriginPolicy } from '../auth/origin-policy.ts'

const none = ["'none'"]
const self = ["'self'"]
const loopbackHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/iu

/**
 * The browser's permissions for our answers. The page loads its own scripts, pictures and fonts only, so that text from a
 * model cannot fetch anything: a picture in an answer is how data leaves a chat. Inline styles are needed by
 * highlighted code and formulas. A handler that serves something else (the development server's page) sets its own
 * `Content-Security-Policy`.
 */
export function createSecurityHeaders(origins: OriginPolicy): RequestHandler[] {
  const isHttps = origins.publicOrigin.startsWith('https:')
  const socketScheme = isHttps ? 'wss' : 'ws'
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: none,
          scriptSrc: self,
          styleSrc: [...self, "'unsafe-inline'"],
          imgSrc: [...self, 'data:', 'blob:'],
          fontSrc: self,
          // Speech that the server has made, and a recording of this device.
          mediaSrc: [...self, 'blob:'],
          // Older Safari does not count a WebSocket of the same host as 'self'. The host has passed the host guard.
          connectSrc: [...self, (request) => `${socketScheme}://${request.headers.host ?? ''}`],
          workerSrc: self,
          manifestSrc: self,
          frameSrc: self,
          baseUri: none,
          formAction: self,
          frameAncestors: none,
          objectSrc: none,
          ...(isHttps ? { upgradeInsecureRequests: [] } : {}),
        },
      },
      crossOriginOpenerPolicy: { policy: 'same-origin' },
      crossOriginResourcePolicy: { policy: 'same-origin' },
      frameguard: { action: 'deny' },
      referrerPolicy: { policy: 'no-referrer' },
      strictTransportSecurity: isHttps ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    }),
    (request, response, next) => {
      // Outside secure contexts browsers ignore the policy, and print an error in the console of every page.
      if (!isHttps && !loopbackHost.test(request.headers.host ?? '')) response.removeHeader('cross-origin-opener-policy')
      response.setHeader('permissions-policy', 'camera=(), geolocation=(), microphone=(self)')
      next()
    },
  ]
}

/** For everything but the page: an answer is for its requester alone and must not be cached. */
export function createNoStore(): RequestHandler {
  return (_request, response, next) => {
    response.setHeader('cache-control', 'no-store')
    next()
  }
}
