import type { ModelEnd, ModelEvent } from '../model.ts'
import type { ReportedUsage } from './read-usage.ts'

/** An event, with the usage as far as the provider reports it. */
export type ReadEvent = Exclude<ModelEvent, ModelEnd> | ReadEnd
export type ReadEnd = Omit<ModelEnd, 'usage'> & { readonly usage: ReportedUsage | null }

/** Turns the pieces of one answer into the events of a model call, whatever the provider makes of the format. Knows no network. */
export interface AnswerAccumulator {
  /** True once the provider gave a reason for the end: what is still missing then is at most the usage. */
  readonly isFinished: boolean
  /** Takes a chunk of a stream, an event of one, or a whole answer. @throws ModelError when it reports one. */
  add(piece: unknown): ReadEvent[]
  /**
   * The last events. `sawDone`: the provider marked the end of its stream.
   * @throws ModelError when nothing came, or not all of it.
   */
  end(sawDone: boolean): ReadEvent[]
}

export interface AnswerAccumulatorOptions {
  /** After the result of a tool a model may have nothing to add. */
  readonly mayBeEmpty: boolean
}
