export interface ScriptedUsage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
}

export interface ScriptedCall {
  readonly name: string
  /** As the model would write them. */
  readonly args: string
  readonly id?: string | undefined
}

/** The parts of an answer in the words of one API. */
export interface ReplyWire {
  delta(delta: Readonly<Record<string, unknown>>, finishReason?: string | null): Promise<void>
  tokens(texts: readonly string[]): Promise<void>
  think(text: string): Promise<void>
  picture(base64: string): Promise<void>
  call(call: ScriptedCall): Promise<void>
  finish(reason: string, usage: ScriptedUsage): Promise<void>
}
