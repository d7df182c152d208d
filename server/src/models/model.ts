import type { Usage } from '@holdfast/shared'

/** A message as a model reads it: our parts, without anything that belongs to the page. */
export type ModelMessage =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string; toolCalls: readonly ModelToolCall[] }
  | { role: 'tool'; callId: string; content: string }

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
  | { readonly type: 'end'; readonly finishReason: FinishReason; readonly usage: Usage | null }

/** The whole of a short answer that nobody watches, such as a title. */
export interface ModelAnswer {
  readonly text: string
  readonly finishReason: FinishReason
  readonly usage: Usage | null
}

export interface ModelInfo {
  readonly id: string
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
