import type { Logger } from './logger.ts'

/** A peer that is gone. It concerns one connection, and the code that uses it gets the error in another way. */
const connectionCodes = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'ETIMEDOUT',
  'ERR_STREAM_WRITE_AFTER_END',
  'ERR_STREAM_DESTROYED',
])
const closeDeadlineMs = 10_000

/**
 * The last resort for an error that no code has caught. One of a connection is logged and the process continues; any other leaves
 * the process in an unknown state, so it is logged and the server closes in order and exits with 1.
 */
export function stopOnDefect(logger: Logger, close: () => Promise<void>, target: NodeJS.Process = process): void {
  let isStopping = false
  const handle = (error: unknown) => {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
    if (code !== null && connectionCodes.has(code)) {
      logger.error({ event: 'connection-error-uncaught', err: error }, 'an error of a connection was not caught')
      return
    }
    logger.fatal({ event: 'defect', err: error }, 'an error was not caught: the server closes')
    if (isStopping) return
    isStopping = true
    const exit = () => target.exit(1)
    setTimeout(exit, closeDeadlineMs).unref()
    close().then(exit, exit)
  }
  target.on('uncaughtException', handle)
  target.on('unhandledRejection', handle)
}
