import type { AnswerParameterName, GenerationNote, InputKind, Usage } from '@holdfast/shared'
import type { MediaFile, ModelFile } from './model-file.ts'
import type { ModelError } from './model-error.ts'

/** A message as a model reads it: our parts, without anything that belongs to the page. */
export type ModelMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: string; files?: readonly ModelFile[] }
  /** One step: what one model call said and called. `replay` is what that call gave as `replay`, for the same model only. */
  | { role: 'assistant'; content: string; toolCalls: readonly ModelToolCall[]; replay?: ModelReplay }
  /** `files`: what the tool gave and the model takes as it is. */
  | { role: 'tool'; callId: string; content: string; files?: readonly MediaFile[] }

/**
 * Data that a provider wants back with a whole step, unchanged and in order: encrypted reasoning, the items of an answer. It is JSON,
 * opaque to all but the driver that made it, and may be several times as long as the text. Kept per step and handed back with that step
 * as long as the model is the same. A driver that cannot use it (another model or host, a step that was changed since) ignores it.
 */
export type ModelReplay = Readonly<Record<string, unknown>>

/**
 * Data that a provider wants back with a call, unchanged (Gemini's `thought_signature`). Only the model that wrote it can use it: it is
 * dropped when the model changes.
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

/** `required`: the model has to call a tool; a name: it has to call this one. */
export type ToolChoice = 'none' | 'required' | { readonly name: string }

/** What may be asked of a model. Sent only where given: each of these is refused by some model. */
export interface ModelParameters {
  /** 0 to 2. */
  readonly temperature?: number | undefined
  /** 0 to 1. */
  readonly topP?: number | undefined
  /** Tokens, thoughts included. */
  readonly maxOutputTokens?: number | undefined
  readonly reasoningEffort?: string | undefined
  /** Text at which the answer ends. Chat Completions only. */
  readonly stop?: readonly string[]
  /** The form of the answer, as the `response_format` of Chat Completions. */
  readonly responseFormat?: Readonly<Record<string, unknown>>
}

export interface ModelRequest {
  readonly model: string
  readonly messages: readonly ModelMessage[]
  readonly tools: readonly ModelTool[]
  /** `none`: the tools are named, since the history has calls of them, but the model has to answer. By default the model chooses. */
  readonly toolChoice?: ToolChoice
  /** One that a model is known to refuse is left out, and noted. */
  readonly parameters?: ModelParameters
  /** Parameters without which no answer is wanted: they are always sent, and a refusal of one is the error. */
  readonly insistsOn?: readonly AnswerParameterName[]
  /** True: an answer without a word is one. By default only after the result of a tool. */
  readonly mayBeEmpty?: boolean
  /** A run at the provider that an earlier call began: it is read from its beginning instead of asking again. */
  readonly run?: ProviderRun
  /** Told the body of each HTTP request of this call, right before it is sent: a refusal may change the next one. */
  readonly onSend?: (body: string) => void
  /** Aborting closes the provider's socket. The stream then throws {@link ModelError} with code `aborted`. */
  readonly signal: AbortSignal
}

/**
 * A call that goes on at the provider whatever becomes of the connection. `sequence`: the number of the event that told of it. It can be
 * read again from there for as long as the provider keeps it.
 */
export interface ProviderRun {
  readonly id: string
  readonly sequence: number
}

export type FinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls'

/** The events of one model call, in order. `end` comes last and exactly once: a stream without it throws. */
export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** The text of this call so far was reasoning: the model closed its thoughts without having opened them. */
  | { readonly type: 'was-reasoning' }
  /** A picture that the model made, by what the provider says: nothing has checked it. Null: it came in a form that cannot be read. */
  | { readonly type: 'picture'; readonly base64: string | null }
  /** A whole call, once the stream has ended cleanly. `args` is never empty: a call without arguments has `{}`. */
  | { readonly type: 'tool-call'; readonly name: string; readonly args: string; readonly extra?: ToolCallExtra }
  /** Something about how this answer came about that its reader should know. */
  | { readonly type: 'note'; readonly note: GenerationNote }
  /** At most once, before anything that is shown: this call can be read again. */
  | { readonly type: 'run'; readonly run: ProviderRun }
  /** At most once, right before `end`: what to keep with this step. */
  | { readonly type: 'replay'; readonly replay: ModelReplay }
  | ModelEnd

export interface ModelEnd {
  readonly type: 'end'
  readonly finishReason: FinishReason
  /** Null: the provider did not say. */
  readonly usage: Usage | null
  /** The cost of this call in millionths of a dollar, where the provider reports one. Few do. */
  readonly costMicroUsd?: number
}

/** The text of a short answer that is not streamed, such as a title. */
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
  /** What it takes. Absent where nothing is known. */
  readonly input?: readonly InputKind[]
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
  /** Ends a run that nobody reads any more. Absent where the provider has none. Throws {@link ModelError}. */
  cancelRun?(run: ProviderRun, signal: AbortSignal): Promise<void>
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
  /** `name`: as its provider names it. */
  readonly models: readonly (ModelInfo & { readonly name: string; readonly provider: ProviderInfo })[]
  /** Providers whose list could not be read. Their models from the configuration are among `models` all the same. */
  readonly failures: readonly { readonly provider: ProviderInfo; readonly error: ModelError }[]
}

/** A call to be priced: its usage, reported or counted, and the cost that the provider reports. */
export interface PricedCall {
  readonly model: string
  readonly usage: Usage
  readonly reportedMicroUsd?: number | null | undefined
  readonly at?: Date
}

/**
 * All configured providers as one. With one of them, models have its own ids; with several, `provider/model`. As a
 * {@link ModelProvider}, `name`, `host` and `demo` are those of the default model's provider, and an unknown model fails with
 * `model-not-found`.
 */
export interface Models extends Omit<ModelProvider, 'cancelRun'> {
  readonly providers: readonly ProviderInfo[]
  /** Null: no provider has this model. */
  providerOf(model: string): ProviderInfo | null
  /** A model as its provider names it. */
  nameOf(model: string): string
  /** The models to ask when this one fails, in their order, without itself. */
  fallbacksOf(model: string): readonly string[]
  /** Ends a run of this model; does nothing where its provider has none. Throws {@link ModelError}. */
  cancelRunOf(model: string, run: ProviderRun, signal: AbortSignal): Promise<void>
  /** The models to choose from. Lists are kept for ten minutes. Never throws because of a provider. */
  catalogue(signal: AbortSignal): Promise<ModelCatalogue>
  /** The known facts of one model. Asks its provider at most once in ten minutes, and waits two seconds at most. */
  describe(model: string): Promise<ModelInfo>
  /** The cost of a call in millionths of a dollar: as reported, by the settings, or by the price table. Null: unknown, never 0. */
  price(call: PricedCall): number | null
  /** A prompt with this many tokens was refused as too long. Kept for some days, or until something else is known. */
  learnContextWindow(model: string, tokens: number): void
  /** A prompt with this many tokens was read: a smaller window that was learnt is forgotten. */
  unlearnContextWindow(model: string, readTokens: number): void
}
