/**
 * The string codes of an error and of its causes, from the outside in: an SQLSTATE, ECONNREFUSED, UND_ERR_SOCKET. Libraries wrap errors,
 * and a host with several addresses fails with an `AggregateError`, of which the first error is followed.
 * @param isSkipped errors whose own code is not wanted
 */
export function errorToCodes(error: unknown, isSkipped: (error: Error) => boolean = () => false): string[] {
  const codes: string[] = []
  for (let current = error; current instanceof Error; current = current.cause ?? firstOf(current)) {
    if ('code' in current && typeof current.code === 'string' && !isSkipped(current)) codes.push(current.code)
  }
  return codes
}

/** The outermost code of an error and its causes: of a database error its SQLSTATE. */
export function errorToCode(error: unknown): string | null {
  return errorToCodes(error)[0] ?? null
}

function firstOf(error: Error): unknown {
  return error instanceof AggregateError ? error.errors[0] : undefined
}
