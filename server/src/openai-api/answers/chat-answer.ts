import type { ToolCallPart } from '@holdfast/shared'
import { toResponseId } from '../response-ids.ts'
import type { ApiResponse } from '../response-row.ts'
import type { AnswerEnd, AnswerStep } from './answer-steps.ts'
import type { ApiUsage } from './read-usage.ts'

/** A whole answer of Chat Completions. */
export function toChatCompletion(response: ApiResponse, { message, finishReason }: AnswerEnd, usage: ApiUsage) {
  const parts = message.parts.slice(response.firstPart)
  const calls = parts.filter((part) => part.type === 'tool-call')
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  const reasoning = parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join('')
  return {
    ...toHead(response, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' && calls.length > 0 ? null : text,
          refusal: null,
          ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
          ...(calls.length === 0 ? {} : { tool_calls: calls.map(toToolCall) }),
        },
        logprobs: null,
        finish_reason: finishReason,
      },
    ],
    usage: toChatUsage(usage),
    metadata: { ...response.request.metadata, conversation_id: response.conversationId },
  }
}

/** The first chunk: the role. */
export function toFirstChunk(response: ApiResponse) {
  return toChunk(response, { role: 'assistant', content: '', refusal: null })
}

/** @param callIndex the place of a tool call among those of this response */
export function stepToChunk(response: ApiResponse, step: Exclude<AnswerStep, { type: 'end' }>, callIndex: number) {
  if (step.type === 'tool-call') return toChunk(response, { tool_calls: [{ index: callIndex, ...toToolCall(step.call) }] })
  return toChunk(response, step.type === 'text' ? { content: step.text } : { reasoning_content: step.text })
}

export function toLastChunk(response: ApiResponse, { finishReason }: AnswerEnd) {
  return toChunk(response, {}, finishReason)
}

/** The usage comes in a chunk of its own, without a choice. */
export function toUsageChunk(response: ApiResponse, usage: ApiUsage) {
  return { ...toHead(response, 'chat.completion.chunk'), choices: [], usage: toChatUsage(usage) }
}

function toChunk(response: ApiResponse, delta: Readonly<Record<string, unknown>>, finishReason: string | null = null) {
  return {
    ...toHead(response, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...(response.request.includesUsage ? { usage: null } : {}),
  }
}

function toHead(response: ApiResponse, object: string) {
  return {
    id: toResponseId('chat', response.id),
    object,
    created: Math.floor(response.createdAt.getTime() / 1_000),
    model: response.model,
    service_tier: 'default',
  }
}

function toToolCall({ callId, name, args }: Pick<ToolCallPart, 'callId' | 'name' | 'args'>) {
  return { id: callId, type: 'function', function: { name, arguments: toArguments(args) } }
}

/** Arguments that are not JSON are text. */
export function toArguments(args: unknown): string {
  return typeof args === 'string' ? args : JSON.stringify(args)
}

function toChatUsage({ inputTokens, outputTokens, cachedInputTokens }: ApiUsage) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedInputTokens },
  }
}
