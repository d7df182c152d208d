import type { Part } from '@holdfast/shared'
import { toResponseId } from '../response-ids.ts'
import type { ApiResponse } from '../response-row.ts'
import type { AnswerEnd } from './answer-steps.ts'
import { toArguments } from './chat-answer.ts'
import type { ApiUsage } from './read-usage.ts'

/** A response, as it is now. `parts`: those of the message that were written so far. `end`: null while it is being written. */
export function toResponseObject(
  response: ApiResponse,
  { parts, end, usage }: { readonly parts: readonly Part[]; readonly end: AnswerEnd | null; readonly usage: ApiUsage | null },
) {
  const { request } = response
  const { caller } = request
  const status = end === null ? 'in_progress' : toStatus(end)
  return {
    id: toResponseId('responses', response.id),
    object: 'response',
    created_at: Math.floor(response.createdAt.getTime() / 1_000),
    status,
    background: request.background,
    completed_at: end === null ? null : Math.floor(end.at.getTime() / 1_000),
    error: status === 'failed' && end?.error ? { code: end.error.code, message: end.error.message } : null,
    incomplete_details:
      status === 'incomplete' ? { reason: end?.finishReason === 'length' ? 'max_output_tokens' : 'content_filter' } : null,
    instructions: caller.instructions === '' ? null : caller.instructions,
    max_output_tokens: caller.parameters?.maxOutputTokens ?? null,
    model: response.model,
    output: partsToOutput(response, parts, end !== null),
    parallel_tool_calls: true,
    previous_response_id: request.previousResponseId === null ? null : toResponseId('responses', request.previousResponseId),
    conversation: { id: response.conversationId },
    reasoning: { effort: caller.parameters?.reasoningEffort ?? null, summary: null },
    store: request.store,
    temperature: caller.parameters?.temperature ?? null,
    text: { format: { type: 'text' } },
    tool_choice:
      typeof caller.toolChoice === 'object' ? { type: 'function', name: caller.toolChoice.name } : (caller.toolChoice ?? 'auto'),
    tools: caller.tools.map((tool) => ({ type: 'function', ...tool, strict: false })),
    top_p: caller.parameters?.topP ?? null,
    truncation: 'disabled',
    usage: usage && toResponsesUsage(usage),
    user: null,
    metadata: { ...request.metadata, conversation_id: response.conversationId },
  }
}

function toStatus({ status, finishReason }: AnswerEnd): 'completed' | 'cancelled' | 'failed' | 'incomplete' {
  if (finishReason === 'length' || finishReason === 'content_filter') return 'incomplete'
  return status
}

/** Each part of the message is an item; its id says which. */
export function partsToOutput(response: ApiResponse, parts: readonly Part[], isDone: boolean) {
  return parts.slice(response.firstPart).flatMap((part, index) => {
    const isLast = response.firstPart + index === parts.length - 1
    return partToItem(response, part, response.firstPart + index, isDone || !isLast ? 'completed' : 'in_progress') ?? []
  })
}

/** Null: a part that has no item: a file, or a person's remark in the page. */
export function partToItem(response: ApiResponse, part: Part, place: number, status: 'in_progress' | 'completed') {
  const id = toItemId(response, part.type, place)
  switch (part.type) {
    case 'text':
      return { id, type: 'message', status, role: 'assistant', content: [toTextContent(part.text)] }
    case 'reasoning':
      return { id, type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: part.text }] }
    case 'tool-call':
      return {
        id,
        type: 'function_call',
        status: 'completed',
        call_id: part.callId,
        name: part.name,
        arguments: toArguments(part.args),
      }
    case 'file':
    case 'remark':
      return null
    default:
      return part satisfies never
  }
}

export function toTextContent(text: string) {
  return { type: 'output_text', text, annotations: [], logprobs: [] }
}

const prefixes = { text: 'msg', reasoning: 'rs', 'tool-call': 'fc', file: 'file', remark: 'remark' } as const

/** The same for every reader, whenever it reads. */
export function toItemId({ messageId }: ApiResponse, type: Part['type'], place: number): string {
  return `${prefixes[type]}_${messageId.replaceAll('-', '')}${place.toString(16).padStart(4, '0')}`
}

function toResponsesUsage({ inputTokens, outputTokens, cachedInputTokens }: ApiUsage) {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedInputTokens },
    output_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  }
}
