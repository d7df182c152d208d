import type OpenAI from 'openai'
import type { ModelMessage, ModelRequest } from '../model.ts'
import type { AnswerAccumulator, AnswerAccumulatorOptions } from './answer-accumulator.ts'
import type { CallPlan } from './call-plan.ts'
import type { JsonRecord } from './read-json.ts'
import type { OutputKind } from './read-models.ts'

export interface ApiCall {
  readonly request: ModelRequest
  readonly plan: CallPlan
  readonly signal: AbortSignal
  /** The answer is to run at the provider, which stores it. Chat Completions has no such thing. */
  readonly background: boolean
  /** What the model is asked to give. Empty: it is not said. */
  readonly modalities: readonly OutputKind[]
  /** The replay data of a step that may be sent to this model through this API; null when there is none. */
  readonly replayOf: (message: Extract<ModelMessage, { role: 'assistant' }>) => JsonRecord | null
}

/** One of the two APIs: how a call is sent and how its answer is read. It throws the SDK's errors. */
export interface ModelApiDriver {
  createAccumulator(options: AnswerAccumulatorOptions): AnswerAccumulator
  stream(client: OpenAI, call: ApiCall): Promise<AsyncIterable<unknown>>
  complete(client: OpenAI, call: ApiCall): Promise<unknown>
}
