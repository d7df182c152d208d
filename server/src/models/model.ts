import type { Usage } from '@holdfast/shared'

/** A message as a model reads it: our parts, without anything that belongs to the page. */
export type ModelMessage =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string; toolCalls: readonly ModelToolCall[] }
  | { role: 'tool'; callId: string; content: string }

export interface ModelToolCall {
  readonly callId: string
  readonly name: string
  /** JSON of an object, as the model wrote it. */
  readonly args: string
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
  /** A whole call, once the stream has ended cleanly. */
  | { readonly type: 'tool-call'; readonly name: string; readonly args: string }
  | { readonly type: 'end'; readonly finishReason: FinishReason; readonly usage: Usage | null }

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
  /** The provider's own list of models. Throws {@link ModelError}. */
  list(signal: AbortSignal): Promise<readonly ModelInfo[]>
}
