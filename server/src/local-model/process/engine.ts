/** A message of a chat, as OpenAI's Chat Completions write it, with its parts joined to text. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly content: string
  /** Of an assistant. */
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[]
  /** Of a tool's result. */
  readonly toolCallId: string | null
}

export interface ChatTool {
  readonly name: string
  readonly description: string
  /** A JSON Schema. */
  readonly parameters: unknown
}

export interface Question {
  readonly messages: readonly ChatMessage[]
  readonly tools: readonly ChatTool[]
  /** Null: as many as fit. */
  readonly maxTokens: number | null
  /** Null: the engine's own. */
  readonly temperature: number | null
  /** Null: the engine's own. */
  readonly topP: number | null
  readonly signal: AbortSignal
  readonly onText: (text: string) => void
}

export interface Answer {
  readonly finish: 'stop' | 'length' | 'tool_calls'
  readonly calls: readonly { readonly name: string; readonly arguments: string }[]
  readonly inputTokens: number
  readonly outputTokens: number
}

/** What runs a model. It answers one question at a time. */
export interface Engine {
  /** How many tokens question and answer have together. */
  readonly contextTokens: number
  /** Rejects with the reason of the signal when it aborts. */
  readonly answer: (question: Question) => Promise<Answer>
}

export interface EngineOptions {
  readonly modelPath: string
  /** The directory with the packages that run models. */
  readonly runtime: string
}

/** What the module of an engine exports. */
export interface EngineModule {
  readonly createEngine: (options: EngineOptions) => Promise<Engine>
}
