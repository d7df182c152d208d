import { z } from 'zod'
import { messageStatusSchema } from './generation.ts'

export const roles = ['user', 'assistant', 'system'] as const
export const roleSchema = z.enum(roles)
export type Role = z.infer<typeof roleSchema>

/** JSON as it travels: anything but undefined. What is in arguments and results is the tool's own business. */
export type Json = NonNullable<unknown> | null
export const jsonSchema = z.custom<Json>((value) => value !== undefined, 'must be JSON')

export const toolCallStates = ['pending', 'waiting', 'running', 'done', 'failed', 'denied', 'unknown'] as const
export const toolCallStateSchema = z.enum(toolCallStates)
export type ToolCallState = z.infer<typeof toolCallStateSchema>

export const textPartSchema = z.object({ type: z.literal('text'), text: z.string() })
export const reasoningPartSchema = z.object({
  type: z.literal('reasoning'),
  text: z.string(),
  /** How long the model has thought until the last of it. */
  durationMs: z.number().optional(),
})
export const toolCallPartSchema = z.object({
  type: z.literal('tool-call'),
  callId: z.string(),
  name: z.string(),
  args: jsonSchema,
  state: toolCallStateSchema,
  result: jsonSchema.optional(),
  error: z.string().optional(),
  /** While `waiting`: when the question expires and counts as denied. */
  expiresAt: z.string().nullable().optional(),
  /** While `waiting`: what would happen, as a question for a person. */
  question: z.string().optional(),
  /** How long the tool ran, once it has ended. */
  durationMs: z.number().optional(),
})
export type TextPart = z.infer<typeof textPartSchema>
export type ReasoningPart = z.infer<typeof reasoningPartSchema>
export type ToolCallPart = z.infer<typeof toolCallPartSchema>

/** One typed piece of a message. Its index in `parts` only grows, over steps and generations. */
export const partSchema = z.discriminatedUnion('type', [textPartSchema, reasoningPartSchema, toolCallPartSchema])
export type Part = z.infer<typeof partSchema>

export const usageSchema = z.object({
  inputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  cachedInputTokens: z.number().int().nonnegative().optional(),
  /** True when the provider did not say and the numbers are our own count. */
  estimated: z.boolean(),
})
export type Usage = z.infer<typeof usageSchema>

export const messageErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  /** Who was asked, and how often, where a provider failed. */
  provider: z.string().optional(),
  tries: z.number().int().positive().optional(),
})
export type MessageError = z.infer<typeof messageErrorSchema>

/** What a reader of an answer should know about how it came about. At most one of each kind. */
export const generationNoteSchema = z.discriminatedUnion('kind', [
  /** The start of the conversation did not fit into the model's window: the model has not seen it. */
  z.object({
    kind: z.literal('turns-left-out'),
    count: z.number().int().positive(),
    /** Tokens that prompt and answer may have together; null is unknown. */
    contextWindow: z.number().nullable(),
  }),
  /** The provider has read less than it was sent, without a word about it: what it dropped is the start, instructions included. */
  z.object({
    kind: z.literal('prompt-cut'),
    /** By our own count. */
    sentTokens: z.number(),
    /** As the provider reports. */
    readTokens: z.number(),
  }),
])
export type GenerationNote = z.infer<typeof generationNoteSchema>

export const messageSchema = z.object({
  id: z.string(),
  conversationId: z.string(),
  parentId: z.string().nullable(),
  /** All children of the same parent that still exist, this one among them, in the order in which they were added. */
  siblingIds: z.array(z.string()),
  role: roleSchema,
  status: messageStatusSchema,
  /** The text parts, joined by nothing. */
  content: z.string(),
  parts: z.array(partSchema),
  model: z.string().nullable(),
  usage: usageSchema.nullable(),
  costMicroUsd: z.number().nullable(),
  error: messageErrorSchema.nullable(),
  /** Absent when there is nothing to note. */
  notes: z.array(generationNoteSchema).optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type Message = z.infer<typeof messageSchema>

/** What a person reads of a list of parts: the text parts, joined by nothing. */
export function partsToContent(parts: readonly Part[]): string {
  let content = ''
  for (const part of parts) if (part.type === 'text') content += part.text
  return content
}
