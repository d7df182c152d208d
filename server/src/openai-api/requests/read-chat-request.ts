import { z } from 'zod'
import { badParam } from '../api-error.ts'
import type { CallerInput, CallerMessage } from './caller-input.ts'
import { conversationIdSchema, metadataSchema, modelSchema } from './fields.ts'
import { contentSchema, parse, readContent } from './read-content.ts'
import { readToolChoice, readTools, toolChoiceSchema, toolsSchema } from './read-tools.ts'
import { maxTextLength, toCaller } from './to-caller.ts'

const mostMessages = 2_000

const toolCallSchema = z.looseObject({
  id: z.string().min(1).max(200),
  function: z.looseObject({ name: z.string().min(1).max(200), arguments: z.string() }),
})

const messageSchema = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: contentSchema.optional(),
  tool_calls: z.array(toolCallSchema).max(128).nullish(),
  tool_call_id: z.string().min(1).max(200).optional(),
})

/** What is read of a request to Chat Completions. Other fields are ignored, as compatible servers do. */
const chatSchema = z.looseObject({
  model: modelSchema,
  messages: z.array(messageSchema).min(1).max(mostMessages),
  tools: toolsSchema,
  tool_choice: toolChoiceSchema,
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  metadata: metadataSchema,
  store: z.boolean().nullish(),
  background: z.boolean().nullish(),
  n: z.literal(1, 'must be 1: an answer is one message of a conversation').nullish(),
  modalities: z.array(z.literal('text', 'must be "text"')).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  reasoning_effort: z.string().max(20).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  response_format: z.looseObject({ type: z.string() }).nullish(),
})

/** @throws ApiError that names the field */
export function readChatRequest(body: unknown, header: string | undefined): CallerInput {
  const request = parse(chatSchema, body, '')
  const instructions: string[] = []
  const messages = request.messages.flatMap((message, index): CallerMessage[] => {
    const path = `messages[${index}]`
    const { text, files } = readContent(message.content, `${path}.content`)
    switch (message.role) {
      case 'system':
      case 'developer':
        instructions.push(text)
        return []
      case 'user':
        return [{ role: 'user', text, files }]
      case 'tool':
        if (message.tool_call_id === undefined) throw badParam(`${path}.tool_call_id`, 'is missing')
        return [{ role: 'tool', callId: message.tool_call_id, text }]
      case 'assistant': {
        const toolCalls = (message.tool_calls ?? []).map(({ id, function: { name, arguments: args } }) => ({
          callId: id,
          name,
          args,
        }))
        return [{ role: 'assistant', text, toolCalls }]
      }
      default:
        return message.role satisfies never
    }
  })
  const length = messages.reduce((sum, { text }) => sum + text.length, 0)
  if (length > maxTextLength) throw badParam('messages', `must have at most ${maxTextLength} characters together`)
  const tools = readTools(request.tools)
  const metadata = request.metadata ?? {}
  return {
    kind: 'chat',
    model: request.model,
    messages,
    metadata,
    caller: toCaller({
      instructions,
      tools,
      toolChoice: readToolChoice(request.tool_choice, tools),
      temperature: request.temperature,
      topP: request.top_p,
      maxOutputTokens: request.max_completion_tokens ?? request.max_tokens,
      reasoningEffort: request.reasoning_effort,
      stop: typeof request.stop === 'string' ? [request.stop] : request.stop,
      responseFormat: request.response_format,
    }),
    stream: request.stream ?? false,
    includesUsage: request.stream_options?.include_usage ?? false,
    background: request.background ?? false,
    store: request.store ?? true,
    previousResponseId: null,
    conversationId: parse(conversationIdSchema, header ?? metadata['conversation_id'], 'metadata.conversation_id'),
  }
}
