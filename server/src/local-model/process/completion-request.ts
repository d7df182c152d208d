import { z } from 'zod'
import type { ChatMessage, ChatTool } from './engine.ts'

const partSchema = z.looseObject({ type: z.string(), text: z.string().optional() })
const contentSchema = z.union([z.string(), z.array(partSchema), z.null()]).optional()
const messageSchema = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: contentSchema,
  tool_calls: z
    .array(z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) }))
    .nullish(),
  tool_call_id: z.string().nullish(),
})
const toolSchema = z.looseObject({
  function: z.looseObject({ name: z.string(), description: z.string().nullish(), parameters: z.unknown().optional() }),
})
const requestSchema = z.looseObject({
  model: z.string(),
  messages: z.array(messageSchema).min(1),
  stream: z.boolean().nullish(),
  tools: z.array(toolSchema).nullish(),
  tool_choice: z.unknown().optional(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
})

export interface CompletionRequest {
  readonly model: string
  readonly messages: readonly ChatMessage[]
  readonly tools: readonly ChatTool[]
  readonly isStream: boolean
  readonly maxTokens: number | null
  readonly temperature: number | null
  readonly topP: number | null
}

/** @returns a text that says which field is wrong, when one is */
export function readCompletionRequest(body: unknown): CompletionRequest | string {
  const parsed = requestSchema.safeParse(body)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return `${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'is not valid'}`
  }
  const { model, messages, stream, tools, tool_choice: choice, temperature, ...limits } = parsed.data
  return {
    model,
    messages: messages.map(({ role, content, tool_calls: calls, tool_call_id: callId }) => ({
      role: role === 'developer' ? 'system' : role,
      content: toText(content),
      toolCalls: (calls ?? []).map(({ id, function: { name, arguments: text } }) => ({ id, name, arguments: text })),
      toolCallId: callId ?? null,
    })),
    tools:
      choice === 'none'
        ? []
        : (tools ?? []).map(({ function: { name, description, parameters } }) => ({
            name,
            description: description ?? '',
            parameters: parameters ?? { type: 'object', properties: {} },
          })),
    isStream: stream === true,
    maxTokens: limits.max_completion_tokens ?? limits.max_tokens ?? null,
    temperature: temperature ?? null,
    topP: limits.top_p ?? null,
  }
}

/** A model for text sees the text of a message. */
function toText(content: z.output<typeof contentSchema>): string {
  if (typeof content === 'string') return content
  return (content ?? []).map(({ text = '' }) => text).join('')
}
