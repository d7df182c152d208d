import { pino, stdSerializers, type Logger } from 'pino'
import type { LogLevel } from './config.ts'

export type { Logger }

/**
 * Structured logs: one JSON line an event, named by `event`, with ids and never with content. A failed query's text and parameters
 * hold what people wrote, so of a database error only its code and place are kept.
 */
export function createLogger(level: LogLevel, destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    base: null,
    serializers: { err: serializeError },
    redact: { paths: ['*.authorization', '*.cookie', '*.token', '*.password', '*.apiKey', 'token', 'password', 'apiKey'] },
  }
  return destination ? pino(options, destination) : pino(options)
}

function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  if ('query' in error || 'params' in error) {
    const cause = (error.cause ?? {}) as Record<string, unknown>
    return {
      type: error.name,
      code: cause['code'],
      constraint: cause['constraint'] ?? cause['constraint_name'],
      table: cause['table'],
    }
  }
  const { type, message, stack } = stdSerializers.err(error)
  return { type, message, stack }
}
