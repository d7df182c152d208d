import { z } from 'zod'
import { badParam } from '../api-error.ts'
import { readResponseId } from '../response-ids.ts'
import type { CallerInput, CallerMessage } from './caller-input.ts'
import { conversationIdSchema, metadataSchema, modelSchema } from './fields.ts'
import { contentSchema, parse, readContent } from './read-content.ts'
import { readToolChoice, readTools, toolChoiceSchema, toolsSchema } from './read-tools.ts'
import { maxTextLength, toCaller } from './to-caller.ts'

const mostItems = 2_000

const messageItem = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: contentSchema,
})
const callItem = z.looseObject({ call_id: z.string().min(1).max(200), name: z.string().min(1).max(200), arguments: z.string() })
const outputItem = z.looseObject({ call_id: z.string().min(1).max(200), output: contentSchema })

/** What is read of a request to Responses. Other fields are ignored, as compatible servers do. */
const responsesSchema = z.looseObject({
  model: modelSchema,
  input: z.union([
    z.string().min(1),
    z
      .array(z.looseObject({ type: z.string().optional() }))
      .min(1)
      .max(mostItems),
  ]),
  instructions: z.string().nullish(),
  previous_response_id: z.string().nullish(),
  conversation: z.union([z.string(), z.looseObject({ id: z.string() })]).nullish(),
  tools: toolsSchema,
  tool_choice: toolChoiceSchema,
  stream: z.boolean().nullish(),
  background: z.boolean().nullish(),
  store: z.boolean().nullish(),
  metadata: metadataSchema,
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_output_tokens: z.number().int().positive().nullish(),
  reasoning: z.looseObject({ effort: z.string().max(20).nullish() }).nullish(),
  text: z.looseObject({ format: z.looseObject({ type: z.string() }).nullish() }).nullish(),
})

/** @throws ApiError that names the field */
export function readResponsesRequest(body: unknown, header: string | undefined): CallerInput {
  const request = parse(responsesSchema, body, '')
  const instructions = [request.instructions ?? '']
  const items: readonly Record<string, unknown>[] =
    typeof request.input === 'string' ? [{ role: 'user', content: request.input }] : request.input
  const messages = joinSteps(items.flatMap((item, index) => readItem(item, `input[${index}]`, instructions)))
  const length = messages.reduce((sum, { text }) => sum + text.length, 0)
  if (length > maxTextLength) throw badParam('input', `must have at most ${maxTextLength} characters together`)
  const tools = readTools(request.tools)
  const metadata = request.metadata ?? {}
  const background = request.background ?? false
  const store = request.store ?? true
  if (background && !store) throw badParam('background', 'needs store: who hangs up could not read the answer')
  const named = typeof request.conversation === 'string' ? request.conversation : request.conversation?.id
  const format = request.text?.format
  return {
    kind: 'responses',
    model: request.model,
    messages,
    metadata,
    caller: toCaller({
      instructions,
      tools,
      toolChoice: readToolChoice(request.tool_choice, tools),
      temperature: request.temperature,
      topP: request.top_p,
      maxOutputTokens: request.max_output_tokens,
      reasoningEffort: request.reasoning?.effort,
      responseFormat: format && format.type !== 'text' ? toResponseFormat(format) : null,
    }),
    stream: request.stream ?? false,
    includesUsage: true,
    background,
    store,
    previousResponseId: request.previous_response_id ? readResponseId(request.previous_response_id) : null,
    conversationId: parse(
      conversationIdSchema,
      named?.replace(/^conv_/u, '') ?? header ?? metadata['conversation_id'],
      named === undefined ? 'metadata.conversation_id' : 'conversation',
    ),
  }
}

/** Chat Completions has the schema one level deeper. */
function toResponseFormat(format: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { type, ...rest } = format
  return type === 'json_schema' ? { type, json_schema: rest } : format
}

function readItem(item: Readonly<Record<string, unknown>>, path: string, instructions: string[]): CallerMessage[] {
  switch (item['type'] ?? 'message') {
    case 'message': {
      const { role, content } = parse(messageItem, item, path)
      const { text, files } = readContent(content, `${path}.content`)
      if (role === 'user') return [{ role, text, files }]
      if (role === 'assistant') return [{ role, text, toolCalls: [] }]
      instructions.push(text)
      return []
    }
    case 'function_call': {
      const { call_id: callId, name, arguments: args } = parse(callItem, item, path)
      return [{ role: 'assistant', text: '', toolCalls: [{ callId, name, args }] }]
    }
    case 'function_call_output': {
      const { call_id: callId, output } = parse(outputItem, item, path)
      return [{ role: 'tool', callId, text: readContent(output, `${path}.output`).text }]
    }
    // Thoughts of an earlier answer: they are in the conversation that they belong to.
    case 'reasoning':
      return []
    default:
      throw badParam(`${path}.type`, `"${String(item['type']).slice(0, 40)}" is not supported`)
  }
}

/** Responses has an item for each call: the calls of one step are one message. */
function joinSteps(messages: readonly CallerMessage[]): CallerMessage[] {
  const joined: CallerMessage[] = []
  for (const message of messages) {
    const last = joined.at(-1)
    if (message.role === 'assistant' && last?.role === 'assistant' && message.text === '') {
      joined[joined.length - 1] = { ...last, toolCalls: [...last.toolCalls, ...message.toolCalls] }
    } else joined.push(message)
  }
  return joined
}
