import type { TRPCError } from '@trpc/server'
import type { Logger } from '../../platform/logger.ts'
import type { Metrics } from '../../platform/metrics.ts'
import { Refusal } from '../../platform/refusal.ts'

/** Logs our own failures with the details that the response omits, and counts all. Errors of the caller are not logged. */
export function logProcedureError(
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Pick<Metrics, 'refusals'> },
  failure: { error: TRPCError; path?: string | undefined; type: string },
): void {
  const { error, path, type } = failure
  metrics.refusals.inc({ code: error.code, reason: error.cause instanceof Refusal ? (error.cause.reason ?? '') : '' })
  if (error.code === 'INTERNAL_SERVER_ERROR' && !isProtocolViolation(error.cause)) {
    logger.error({ event: 'procedure-failed', path, type, err: error.cause ?? error }, 'a procedure failed')
  } else {
    logger.debug({ event: 'procedure-refused', path, type, code: error.code }, 'a procedure refused')
  }
}

/** A frame that is too large or malformed: tRPC hands on what the socket says of it. */
function isProtocolViolation(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && String(cause.code).startsWith('WS_ERR_')
}
