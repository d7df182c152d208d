import type { ModelEvent } from '../model.ts'

/** Turns the pieces of one answer into the events of a model call, whatever the provider makes of the format. Knows no network. */
export interface AnswerAccumulator {
  /** True once the provider gave a reason for the end: what is still missing then is at most the usage. */
  readonly isFinished: boolean
  /** Takes a chunk of a stream, an event of one, or a whole answer. @throws ModelError when it reports one. */
  add(piece: unknown): ModelEvent[]
  /**
   * The last events. `sawDone`: the provider marked the end of its stream.
   * @throws ModelError when nothing came, or not all of it.
   */
  end(sawDone: boolean): ModelEvent[]
}

export interface AnswerAccumulatorOptions {
  /** After the result of a tool a model may have nothing to add. */
  readonly mayBeEmpty: boolean
}
