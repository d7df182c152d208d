import { z } from 'zod'

const partSchema = z.looseObject({
  text: z.string().optional(),
  image_url: z.looseObject({ url: z.string() }).optional(),
})
const contentSchema = z
  .union([z.string(), z.array(partSchema), z.null()])
  .optional()
  .transform((content): { text: string; pictures: number } => {
    if (!Array.isArray(content)) return { text: content ?? '', pictures: 0 }
    return {
      text: content.map((part) => part.text ?? '').join(''),
      pictures: content.filter((part) => part.image_url !== undefined).length,
    }
  })

const callSchema = z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string() }) })
const parametersSchema = z.looseObject({ properties: z.record(z.string(), z.unknown()).default({}) })
const functionSchema = z.looseObject({ name: z.string(), parameters: parametersSchema.default({ properties: {} }) })

const requestSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().default(false),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).optional(),
  messages: z
    .array(
      z.looseObject({
        role: z.string(),
        content: contentSchema,
        tool_calls: z.array(callSchema).nullish(),
        tool_call_id: z.string().nullish(),
      }),
    )
    .min(1),
  tools: z.array(z.looseObject({ function: functionSchema })).default([]),
})

export interface DemoMessage {
  readonly role: string
  readonly content: string
  /** The calls of an assistant message, by the ids that the results name. */
  readonly calls?: readonly { readonly id: string; readonly name: string }[]
  /** Of a tool's message: the call that it answers. */
  readonly callId?: string
}

/** A request as the rules read it. Unknown fields are left alone, as every provider does. */
export interface DemoRequest {
  readonly model: string
  readonly isStream: boolean
  readonly wantsUsage: boolean
  readonly messages: readonly DemoMessage[]
  /** The names of the tools that the request offers: no other may be called. */
  readonly toolNames: readonly string[]
  /** The arguments that each of them knows. */
  readonly argumentsByTool?: Readonly<Record<string, readonly string[]>>
  /** How many pictures came with the last user message. */
  readonly pictures?: number
  /** The text of the last user message, trimmed. */
  readonly question: string
}

/** Null for anything that is not a request for a chat completion. */
export function readDemoRequest(body: unknown): DemoRequest | null {
  const parsed = requestSchema.safeParse(body)
  if (!parsed.success) return null
  const asked = parsed.data.messages.findLast(({ role }) => role === 'user')?.content
  const { model, stream, stream_options, messages, tools } = parsed.data
  return {
    model,
    isStream: stream,
    wantsUsage: stream_options?.include_usage === true,
    messages: messages.map(({ role, content, tool_calls: calls, tool_call_id: callId }) => ({
      role,
      content: content?.text ?? '',
      ...(calls ? { calls: calls.map((call) => ({ id: call.id, name: call.function.name })) } : {}),
      ...(callId ? { callId } : {}),
    })),
    toolNames: tools.map((tool) => tool.function.name),
    argumentsByTool: Object.fromEntries(
      tools.map((tool) => [tool.function.name, Object.keys(tool.function.parameters.properties)]),
    ),
    pictures: asked?.pictures ?? 0,
    question: asked?.text.trim() ?? '',
  }
}
