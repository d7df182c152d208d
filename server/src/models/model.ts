import type { Usage } from '@holdfast/shared'
import type { ModelError } from './model-error.ts'

/** A message as a model reads it: our parts, without anything that belongs to the page. */
export type ModelMessage =
  | { role: 'system' | 'user'; content: string }
  /** One step: what one model call said and called. `replay` is what that call gave as `replay`, for the same model only. */
  | { role: 'assistant'; content: string; toolCalls: readonly ModelToolCall[]; replay?: ModelReplay }
  | { role: 'tool'; callId: string; content: string }

/**
 * What a provider wants back with a whole step, unchanged and in order: encrypted reasoning, the items of an answer. It is JSON, opaque
 * to everybody but the driver that made it, and may be several times as long as the text. Kept per step and handed back with that step
 * as long as the model is the same. A driver that cannot use it (another model or host, a step that was changed since) ignores it.
 */
export type ModelReplay = Readonly<Record<string, unknown>>

/**
 * What a provider wants back with a call, unchanged (Gemini's `thought_signature`). It means something to the model that wrote it
 * and to no other: whoever keeps it drops it when the model changes.
 */
export type ToolCallExtra = Readonly<Record<string, unknown>>

export interface ModelToolCall {
  readonly callId: string
  readonly name: string
  /** As the model wrote it: nearly always JSON of an object, but nothing has checked it. */
  readonly args: string
  readonly extra?: ToolCallExtra
}

/** A tool as it is offered to a model. `parameters` is a JSON schema that every provider accepts. */
export interface ModelTool {
  readonly name: string
  readonly description: string
  readonly parameters: Readonly<Record<string, unknown>>
}

export interface ModelRequest {
  readonly model: string
  readonly messages: readonly ModelMessage[]
  readonly tools: readonly ModelTool[]
  /** Aborting closes the provider's socket. The stream then throws {@link ModelError} with code `aborted`. */
  readonly signal: AbortSignal
}

export type FinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls'

/** What one model call gives, in order. `end` is last and exactly once: a stream without it has failed and throws. */
export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** A whole call, once the stream has ended cleanly. `args` is never empty: a call without arguments has `{}`. */
  | { readonly type: 'tool-call'; readonly name: string; readonly args: string; readonly extra?: ToolCallExtra }
  /** At most once, right before `end`: what to keep with this step. */
  | { readonly type: 'replay'; readonly replay: ModelReplay }
  | ModelEnd

export interface ModelEnd {
  readonly type: 'end'
  readonly finishReason: FinishReason
  /** Null: the provider did not say. */
  readonly usage: Usage | null
  /** What the provider says that this call cost, in millionths of a dollar. Only few say it. */
  readonly costMicroUsd?: number
}

/** The whole of a short answer that nobody watches, such as a title. */
export interface ModelAnswer {
  readonly text: string
  readonly finishReason: FinishReason
  readonly usage: Usage | null
  /** As in {@link ModelEnd}. */
  readonly costMicroUsd?: number
}

/** Prices in millionths of a dollar for a million tokens: $0.40 for a million is 400 000. */
export interface ModelPrices {
  readonly inputMicroUsd: number
  readonly outputMicroUsd: number
  /** Input that was read from the provider's cache. Null: the same as other input. */
  readonly cachedInputMicroUsd: number | null
}

/** A model, with what is known about it. Null is unknown, never none or nothing. */
export interface ModelInfo {
  readonly id: string
  /** Tokens that prompt and answer may have together. */
  readonly contextWindow: number | null
  readonly prices: ModelPrices | null
}

/** A provider of models: the only way in which Holdfast talks to one. */
export interface ModelProvider {
  /** For people and logs: `OpenAI`, `Google Gemini`, `Demo`, or the host. */
  readonly name: string
  readonly host: string
  readonly demo: boolean
  readonly defaultModel: string
  /** One model call. Throws {@link ModelError} and nothing else. */
  stream(request: ModelRequest): AsyncIterable<ModelEvent>
  /** One model call without streaming; tool calls in the answer are ignored. Throws {@link ModelError} and nothing else. */
  complete(request: ModelRequest): Promise<ModelAnswer>
  /** The provider's own list of models. Throws {@link ModelError}. */
  list(signal: AbortSignal): Promise<readonly ModelInfo[]>
}

/** One of the configured providers. */
export interface ProviderInfo {
  /** The part of a model's id before the first `/`, when several providers are configured. */
  readonly id: string
  readonly name: string
  readonly host: string
  readonly demo: boolean
}

export interface ModelCatalogue {
  readonly models: readonly (ModelInfo & { readonly provider: ProviderInfo })[]
  /** Providers whose list could not be read. What the configuration names of them is among `models` all the same. */
  readonly failures: readonly { readonly provider: ProviderInfo; readonly error: ModelError }[]
}

/** What one call cost: the usage that the provider or our own count gives, and what the provider itself says about the price. */
export interface PricedCall {
  readonly model: string
  readonly usage: Usage
  readonly reportedMicroUsd?: number | null | undefined
  readonly at?: Date
}

/**
 * All configured providers as one. With one of them, models have its own ids; with several, `provider/model`. As a
 * {@link ModelProvider}, `name`, `host` and `demo` are those of the default model's provider, and a model that nobody has fails with
 * `model-not-found`.
 */
export interface Models extends ModelProvider {
  readonly providers: readonly ProviderInfo[]
  /** Null: nobody has this model. */
  providerOf(model: string): ProviderInfo | null
  /** What can be chosen. Lists are kept for ten minutes; never throws because of a provider. */
  catalogue(signal: AbortSignal): Promise<ModelCatalogue>
  /** What is known about one model. Asks its provider at most once in ten minutes and waits for it two seconds at most. */
  describe(model: string): Promise<ModelInfo>
  /** What a call cost in millionths of a dollar: as the provider says, by the settings, by the price table. Null: unknown, never 0. */
  price(call: PricedCall): number | null
  /** The window turned out to be smaller than what was known. Kept for some days, or until something else is known. */
  learnContextWindow(model: string, tokens: number): void
}
