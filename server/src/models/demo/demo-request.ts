import { z } from 'zod'

const partSchema = z.looseObject({ text: z.string().optional() })
const contentSchema = z
  .union([z.string(), z.array(partSchema), z.null()])
  .optional()
  .transform((content) => (Array.isArray(content) ? content.map((part) => part.text ?? '').join('') : (content ?? '')))

const requestSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().default(false),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: contentSchema })).min(1),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).default([]),
})

export interface DemoMessage {
  readonly role: string
  readonly content: string
}

/** A request as the rules read it. Unknown fields are left alone, as every provider does. */
export interface DemoRequest {
  readonly model: string
  readonly isStream: boolean
  readonly wantsUsage: boolean
  readonly messages: readonly DemoMessage[]
  /** The names of the tools that the request offers: no other may be called. */
  readonly toolNames: readonly string[]
  /** What the last user message says, trimmed. */
  readonly question: string
}

/** Null for anything that is not a request for a chat completion. */
export function readDemoRequest(body: unknown): DemoRequest | null {
  const parsed = requestSchema.safeParse(body)
  if (!parsed.success) return null
  const { model, stream, stream_options, messages, tools } = parsed.data
  return {
    model,
    isStream: stream,
    wantsUsage: stream_options?.include_usage === true,
    messages: messages.map(({ role, content }) => ({ role, content })),
    toolNames: tools.map((tool) => tool.function.name),
    question: messages.findLast(({ role }) => role === 'user')?.content.trim() ?? '',
  }
}
