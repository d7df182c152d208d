import type OpenAI from 'openai'
import type { ModelMessage, ModelTool, ModelToolCall } from '../model.ts'
import { isJsonObject } from './json-scanner.ts'

type WireMessage = OpenAI.Chat.ChatCompletionMessageParam
type WireToolCall = OpenAI.Chat.ChatCompletionMessageFunctionToolCall
type ToolMessage = Extract<ModelMessage, { role: 'tool' }>

const cancelledResult = '{"error":"cancelled"}'

/**
 * A conversation as Chat Completions takes it. What providers refuse is repaired here, so that no history can make every further
 * question fail: each call is followed by exactly one result (a missing one is `{"error":"cancelled"}`), a result without its call
 * is left out, so is an answer without text and calls, arguments are JSON of an object, and a lone surrogate, which is not Unicode,
 * becomes U+FFFD.
 */
export function messagesToWire(messages: readonly ModelMessage[]): WireMessage[] {
  let calls = 0
  return messages.flatMap((message, index): WireMessage[] => {
    if (message.role === 'tool') return []
    if (message.role !== 'assistant') return [{ role: message.role, content: message.content.toWellFormed() }]
    const content = message.content.toWellFormed()
    if (message.toolCalls.length === 0) return content === '' ? [] : [{ role: 'assistant', content }]
    const results = resultsAfter(messages, index)
    const paired = message.toolCalls.map((call) => ({ call, id: toWireId((calls += 1)), result: results.get(call.callId) }))
    return [
      {
        role: 'assistant',
        content: content === '' ? null : content,
        tool_calls: paired.map(({ call, id }) => callToWire(call, id)),
      },
      ...paired.map(({ id, result }): WireMessage => ({ role: 'tool', tool_call_id: id, content: result ?? cancelledResult })),
    ]
  })
}

export function toolsToWire(tools: readonly ModelTool[]): OpenAI.Chat.ChatCompletionFunctionTool[] {
  return tools.map(({ name, description, parameters }) => ({ type: 'function', function: { name, description, parameters } }))
}

/** The results that belong to an answer stand between it and the next one. */
function resultsAfter(messages: readonly ModelMessage[], index: number): Map<string, string> {
  const next = messages.findIndex((message, at) => at > index && message.role === 'assistant')
  const between = messages.slice(index + 1, next === -1 ? undefined : next)
  const results = between.filter((message): message is ToolMessage => message.role === 'tool')
  return new Map(results.map(({ callId, content }) => [callId, content.toWellFormed()]))
}

/** Mistral takes ids of exactly nine letters and digits, OpenAI of at most 40 characters; all that they must do is pair up. */
function toWireId(number: number): string {
  return `call${String(number).padStart(5, '0')}`
}

function callToWire({ name, args, extra }: ModelToolCall, id: string): WireToolCall {
  const text = args.toWellFormed()
  return { ...extra, id, type: 'function', function: { name, arguments: isJsonObject(text) ? text : '{}' } }
}
