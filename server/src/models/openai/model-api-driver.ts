import type OpenAI from 'openai'
import type { ModelMessage, ModelRequest } from '../model.ts'
import type { AnswerAccumulator, AnswerAccumulatorOptions } from './answer-accumulator.ts'
import type { CallPlan } from './call-plan.ts'
import type { JsonRecord } from './read-json.ts'

export interface ApiCall {
  readonly request: ModelRequest
  readonly plan: CallPlan
  readonly signal: AbortSignal
  /** What of a step's replay may go back to this model through this API. */
  readonly replayOf: (message: Extract<ModelMessage, { role: 'assistant' }>) => JsonRecord | null
}

/** One of the two APIs: how a call is put into words, and how its answer is read. What it throws is the SDK's. */
export interface ModelApiDriver {
  createAccumulator(options: AnswerAccumulatorOptions): AnswerAccumulator
  stream(client: OpenAI, call: ApiCall): Promise<AsyncIterable<unknown>>
  complete(client: OpenAI, call: ApiCall): Promise<unknown>
}
