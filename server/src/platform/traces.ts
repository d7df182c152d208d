/** A piece of work that has ended. Attributes hold ids, names and numbers: never what somebody wrote. */
export interface Span {
  readonly name: string
  readonly startedAt: Date
  readonly endedAt: Date
  readonly attributes: Readonly<Record<string, string | number | undefined>>
  /** The code of a failure. */
  readonly error?: string | undefined
}

/**
 * Where the life of an answer is told: a trace per generation, whose id is the generation's, so that every node writes to the same one
 * without knowing of the others. Spans are recorded when they have ended.
 */
export interface Traces extends AsyncDisposable {
  /** False: nothing is kept, and nobody needs to measure. */
  readonly isOn: boolean
  /** `whole`: the span of the whole answer, of which all others are parts. */
  readonly record: (generationId: string, span: Span, kind?: 'part' | 'whole') => void
}

export const noTraces: Traces = {
  isOn: false,
  record: () => {},
  [Symbol.asyncDispose]: async () => {},
}
