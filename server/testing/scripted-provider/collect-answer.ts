import type { Usage } from '@holdfast/shared'
import { ModelError } from '../../src/models/model-error.ts'
import type { FinishReason, ModelEvent, ModelProvider, ModelReplay, ModelRequest } from '../../src/models/model.ts'

/** A model call as a test compares it: its content, joined, and how it ended. A field that did not come is absent. */
export interface CollectedAnswer {
  readonly text?: string
  readonly reasoning?: string
  readonly pictures?: readonly (string | null)[]
  readonly calls?: readonly { name: string; args: string; extra?: unknown }[]
  readonly finishReason?: FinishReason
  readonly usage?: Usage
  readonly costMicroUsd?: number
  readonly replay?: ModelReplay
  readonly error?: string
  readonly retryable?: boolean
  readonly retryAfterMs?: number
}

/** Asks and collects. A {@link ModelError} is a result, every other error is thrown. */
export async function collectAnswer(provider: ModelProvider, request: Partial<ModelRequest> = {}): Promise<CollectedAnswer> {
  const events: ModelEvent[] = []
  const failure: { error?: string; retryable?: boolean; retryAfterMs?: number } = {}
  try {
    for await (const event of provider.stream(askFor('hello', request))) events.push(event)
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    failure.error = error.code
    failure.retryable = error.retryable
    if (error.retryAfterMs !== null) failure.retryAfterMs = error.retryAfterMs
  }
  let text = ''
  let reasoning = ''
  for (const event of events) {
    if (event.type === 'text') text += event.text
    else if (event.type === 'reasoning') reasoning += event.text
    else if (event.type === 'was-reasoning') {
      reasoning += text
      text = ''
    }
  }
  const calls = events.flatMap((event) => (event.type === 'tool-call' ? (({ type: _, ...call }) => call)(event) : []))
  const pictures = events.flatMap((event) => (event.type === 'picture' ? [event.base64] : []))
  const end = events.find((event) => event.type === 'end')
  const replay = events.find((event) => event.type === 'replay')
  return {
    ...(text !== '' && { text }),
    ...(reasoning !== '' && { reasoning }),
    ...(pictures.length > 0 && { pictures }),
    ...(calls.length > 0 && { calls }),
    ...(end && { finishReason: end.finishReason }),
    ...(end?.usage && { usage: end.usage }),
    ...(end?.costMicroUsd !== undefined && { costMicroUsd: end.costMicroUsd }),
    ...(replay && { replay: replay.replay }),
    ...failure,
  }
}

export function askFor(content: string, request: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'scripted-1',
    messages: [{ role: 'user', content }],
    tools: [],
    signal: new AbortController().signal,
    ...request,
  }
}
