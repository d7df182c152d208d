import { pino, stdSerializers, type Logger, type LoggerOptions } from 'pino'
import { createSecretMask, type SecretMask } from './hide-secrets.ts'

export type { Logger }

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/**
 * Structured logs: one JSON line per event, named by `event`, with ids and never with content. The text and parameters of a failed query
 * hold user content, so of a database error only its code and place are kept. Secrets and tokens are masked wherever they stand.
 */
export function createLogger(
  level: LogLevel,
  destination?: { write(line: string): void },
  secrets: Pick<SecretMask, 'mask'> = createSecretMask(),
): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    serializers: { err: serializeError },
    redact: { paths: ['*.authorization', '*.cookie', '*.token', '*.password', '*.apiKey', 'token', 'password', 'apiKey'] },
    hooks: { streamWrite: secrets.mask },
  }
  return destination ? pino(options, destination) : pino(options)
}

function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  if ('query' in error || 'params' in error) {
    // Of Postgres' own error, or of the one that wraps it.
    const source = (error.cause ?? error) as Record<string, unknown>
    return {
      type: error.name,
      code: source['code'],
      constraint: source['constraint'] ?? source['constraint_name'],
      table: source['table'] ?? source['table_name'],
      stack: toFrames(error),
    }
  }
  // The parser's message quotes the text that it could not read.
  if (error instanceof SyntaxError) return { type: error.name, message: 'not JSON', stack: toFrames(error) }
  const { type, message, stack } = stdSerializers.err(error)
  return { type, message, stack }
}

/** The stack without the message, which may have several lines. */
function toFrames({ stack }: Error): string | undefined {
  return stack
    ?.split('\n')
    .filter((line) => /^ +at /u.test(line))
    .join('\n')
}
