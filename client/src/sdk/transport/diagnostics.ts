import { hasCause, isProgrammingError } from './failure.ts'
import { GuestRefusedError } from './token-source.ts'

/** A fault that a person who uses the page cannot do anything about, and the developer of the page can. */
export interface Diagnostic {
  /** `programming-error`: code failed, or the runtime lacks something. `blocked`: no token is accepted here, e.g. without cookies. */
  readonly type: 'programming-error' | 'blocked'
  readonly error: Error
}

/** The diagnosis of a permanent error; null for a failure that may be temporary, e.g. of the network. */
export function errorToDiagnostic(error: unknown): Diagnostic | null {
  if (!(error instanceof Error)) return null
  if (hasCause(error, (cause) => cause instanceof GuestRefusedError)) return { type: 'blocked', error }
  return isProgrammingError(error) ? { type: 'programming-error', error } : null
}

/** Reports each fault once: to the callback, and in development to the console. */
export function createReporter(onDiagnostic: ((diagnostic: Diagnostic) => void) | undefined): (error: unknown) => void {
  const reported = new Set<string>()
  return (error) => {
    const diagnostic = errorToDiagnostic(error)
    if (!diagnostic || reported.has(diagnostic.error.message)) return
    reported.add(diagnostic.error.message)
    onDiagnostic?.(diagnostic)
    // oxlint-disable-next-line no-console -- the developer of another page looks there
    if (isDevelopment()) console.warn('[holdfast]', diagnostic.error)
  }
}

/** Bundlers replace the expression; in a browser without one there is no `process`. */
function isDevelopment(): boolean {
  try {
    // oxlint-disable-next-line node/no-process-env -- the SDK has no configuration of its own, and this is what bundlers know
    return process.env['NODE_ENV'] === 'development'
  } catch {
    return false
  }
}
