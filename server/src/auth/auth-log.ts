import type { BetterAuthOptions } from 'better-auth'
import type { Logger } from '../platform/logger.ts'

const maxLength = 200

/**
 * Logs better-auth's warnings and errors; its lower levels contain e-mail addresses. The text of a failed query contains parameters such
 * as password hashes, so it is omitted; the error itself goes through the logger's own serializer.
 */
export function createAuthLog(logger: Logger): NonNullable<BetterAuthOptions['logger']> {
  return {
    level: 'warn',
    disableColors: true,
    log: (level, message, ...rest) => {
      const text = String(message)
      const err = rest.find((item) => item instanceof Error)
      logger[level === 'error' ? 'error' : 'warn'](
        { event: 'auth-library', ...(err ? { err } : {}) },
        text.startsWith('Failed query') ? 'a query failed' : text.slice(0, maxLength),
      )
    },
  }
}
