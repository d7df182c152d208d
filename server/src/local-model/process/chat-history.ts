import type { ChatMessage } from './engine.ts'

interface FunctionCall {
  readonly type: 'functionCall'
  readonly name: string
  readonly params: unknown
  readonly result: unknown
}

/** An item of a conversation as node-llama-cpp has it. */
export type HistoryItem =
  | { readonly type: 'system' | 'user'; readonly text: string }
  | { readonly type: 'model'; readonly response: readonly (string | FunctionCall)[] }

/**
 * Messages in the form of node-llama-cpp: a call of a tool holds its result, and all that the model said between two questions is one
 * item. The last item is the model's, empty or begun, because that is what is written on.
 */
export function messagesToHistory(messages: readonly ChatMessage[]): HistoryItem[] {
  const results = new Map(
    messages.flatMap(({ toolCallId, content }) => (toolCallId === null ? [] : [[toolCallId, content] as const])),
  )
  const history: HistoryItem[] = []
  for (const { role, content, toolCalls } of messages) {
    if (role === 'tool') continue
    if (role !== 'assistant') {
      history.push({ type: role, text: content })
      continue
    }
    const calls = toolCalls.map((call): FunctionCall => ({
      type: 'functionCall',
      name: call.name,
      params: parseOrKeep(call.arguments),
      result: parseOrKeep(results.get(call.id) ?? ''),
    }))
    const said = [...(content === '' ? [] : [content]), ...calls]
    const last = history.at(-1)
    if (last?.type === 'model') history.splice(-1, 1, { type: 'model', response: [...last.response, ...said] })
    else history.push({ type: 'model', response: said })
  }
  if (history.at(-1)?.type !== 'model') history.push({ type: 'model', response: [] })
  return history
}

/** A small model may have written what is no JSON. */
function parseOrKeep(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
