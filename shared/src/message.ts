import { z } from 'zod'
import { answerParametersSchema } from './answer-parameters.ts'
import { messageReactionSchema } from './reaction.ts'

export const roles = ['user', 'assistant', 'system'] as const
export const roleSchema = z.enum(roles)
export type Role = z.infer<typeof roleSchema>

/** The one status union of an assistant message and of the generation that produces it. */
export const messageStatuses = ['queued', 'generating', 'waiting', 'completed', 'cancelled', 'error', 'interrupted'] as const
export const messageStatusSchema = z.enum(messageStatuses)
export type MessageStatus = z.infer<typeof messageStatusSchema>

/** Any JSON value. The arguments and results of tools are not validated further. */
export type Json = NonNullable<unknown> | null
export const jsonSchema = z.custom<Json>((value) => value !== undefined, 'must be JSON')

export const toolCallStates = ['pending', 'waiting', 'running', 'done', 'failed', 'denied', 'unknown'] as const
export const toolCallStateSchema = z.enum(toolCallStates)
export type ToolCallState = z.infer<typeof toolCallStateSchema>

/** A question of a tool itself: a form, whose answer `toolCalls.answer` takes. */
export const toolFormSchema = z.object({
  /** Of the server of the tool. It is not to be trusted. */
  message: z.string(),
  /** The JSON Schema of the answer: an object of texts, numbers, booleans and choices. */
  schema: jsonSchema,
  /** The person is asked to do something at this address, `http` or `https`, in a browser. The answer to that is an empty object. */
  url: z.string().optional(),
})
export type ToolForm = z.infer<typeof toolFormSchema>

/** How far a tool says it is. */
export const toolProgressSchema = z.object({
  progress: z.number(),
  total: z.number().optional(),
  message: z.string().optional(),
})
export type ToolProgress = z.infer<typeof toolProgressSchema>

export const textPartSchema = z.object({ type: z.literal('text'), text: z.string() })
export const reasoningPartSchema = z.object({
  type: z.literal('reasoning'),
  text: z.string(),
  /** The time that the model has been reasoning in this part. */
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
  /** While `waiting`: when the approval expires and counts as denied. */
  expiresAt: z.string().nullable().optional(),
  /** While `waiting`: what the call would do, as a question for the user. */
  question: z.string().optional(),
  /** While `waiting`: the call has begun, and its tool asks this. */
  form: toolFormSchema.nullable().optional(),
  /** The arguments that a person approved in place of `args`. */
  changedArgs: jsonSchema.optional(),
  /** While `unknown`: the answer waits for a person, who says what became of the call by `toolCalls.decide`. */
  awaitsOutcome: z.literal(true).optional(),
  /** While `running`, where the tool reports it. */
  progress: toolProgressSchema.optional(),
  /** The duration of the tool's run, once it has ended. */
  durationMs: z.number().optional(),
})
/** A file that a user sent along, or that an answer brought. What it was at that time: the file itself is read by `files.get`. */
export const filePartSchema = z.object({
  type: z.literal('file'),
  fileId: z.string(),
  name: z.string(),
  /** By content, not by name. */
  mediaType: z.string(),
  bytes: z.number().int().nonnegative(),
  width: z.number().int().positive().optional(),
  height: z.number().int().positive().optional(),
  durationMs: z.number().int().nonnegative().optional(),
  /** In an answer: the tool call whose result it came with. Absent when the model itself made it. */
  callId: z.string().optional(),
})
/** A remark that a person made while the answer was written, at the place where the model got it: between two steps. */
export const remarkPartSchema = z.object({
  type: z.literal('remark'),
  remarkId: z.string(),
  text: z.string(),
  /** The user who made it. */
  authorId: z.string(),
  createdAt: z.string(),
})
export type TextPart = z.infer<typeof textPartSchema>
export type ReasoningPart = z.infer<typeof reasoningPartSchema>
export type ToolCallPart = z.infer<typeof toolCallPartSchema>
export type FilePart = z.infer<typeof filePartSchema>
export type RemarkPart = z.infer<typeof remarkPartSchema>

/** One typed piece of a message. Its index in `parts` only grows, over steps and generations. */
export const partSchema = z.discriminatedUnion('type', [
  textPartSchema,
  reasoningPartSchema,
  toolCallPartSchema,
  filePartSchema,
  remarkPartSchema,
])
export type Part = z.infer<typeof partSchema>

export const usageSchema = z.object({
  inputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  cachedInputTokens: z.number().int().nonnegative().optional(),
  /** True when the provider reported nothing and the numbers are our own estimate. */
  estimated: z.boolean(),
})
export type Usage = z.infer<typeof usageSchema>

export const messageErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  /** Which provider failed, and after how many tries. */
  provider: z.string().optional(),
  tries: z.number().int().positive().optional(),
})
export type MessageError = z.infer<typeof messageErrorSchema>

/** A model that has written an answer from a place on, up to that of the next writer. */
export const writerSchema = z.object({
  model: z.string(),
  /** As its provider names it. */
  name: z.string(),
  provider: z.string(),
  /** The index in `parts`. */
  part: z.number().int().nonnegative(),
  /** UTF-16 units of that part that were there before. */
  offset: z.number().int().nonnegative(),
})
export type Writer = z.infer<typeof writerSchema>

/** A fact about how an answer was generated that its reader should know. At most one of each kind. */
export const generationNoteSchema = z.discriminatedUnion('kind', [
  /** The start of the conversation did not fit into the model's context window, so the model has not seen it. */
  z.object({
    kind: z.literal('turns-left-out'),
    count: z.number().int().positive(),
    /** Tokens that prompt and answer may have together; null if unknown. */
    contextWindow: z.number().nullable(),
    /** The window that was assumed where none is known. */
    assumedWindow: z.number().optional(),
    /** True when the conversation is longer than what is read of one, whatever the window. */
    isTooLong: z.boolean().optional(),
  }),
  /** The provider silently truncated the prompt at its start, including the instructions. */
  z.object({
    kind: z.literal('prompt-cut'),
    /** By our own estimate. */
    sentTokens: z.number(),
    /** As the provider reports. */
    readTokens: z.number(),
  }),
  /** The model, or its server, takes no tools or not all of them: it answered without these. */
  z.object({
    kind: z.literal('tools-refused'),
    /** The number of tools. */
    offered: z.number().int().positive(),
    /** The number of tools that were left out. */
    refused: z.number().int().positive(),
  }),
  /** The model does not take these parameters, or not with these values: it answered without them. */
  z.object({
    kind: z.literal('parameters-refused'),
    /** As its provider names it. */
    model: z.string(),
    parameters: z.array(z.object({ name: answerParametersSchema.keyof(), value: z.union([z.number(), z.string()]) })).min(1),
  }),
  /** The model wrote a call of a tool as text. Nothing was done. */
  z.object({ kind: z.literal('tool-call-as-text') }),
  /** Results of this answer's tools were too long: the model has seen their beginnings. */
  z.object({ kind: z.literal('results-cut'), count: z.number().int().positive() }),
  /** The texts of files were too long: the model has seen their beginnings. Lengths in code points. */
  z.object({
    kind: z.literal('files-cut'),
    files: z.array(
      z.object({
        fileId: z.string(),
        name: z.string(),
        sentCharacters: z.number().int().nonnegative(),
        characters: z.number().int().positive(),
      }),
    ),
  }),
  /** The model takes no content of this kind, and the files have no text: it knows only their names. */
  z.object({ kind: z.literal('files-unseen'), files: z.array(z.object({ fileId: z.string(), name: z.string() })) }),
  /** Pictures that the model gave and that could not be kept. `reason` is a sentence. */
  z.object({ kind: z.literal('pictures-not-kept'), pictures: z.array(z.object({ reason: z.string() })) }),
  /** The provider ended the answer at its limit of tokens. `messages.continue` applies. */
  z.object({ kind: z.literal('cut-at-limit'), outputTokens: z.number().nullable() }),
  /** The model still called tools in the last step that an answer has. `messages.continue` applies. */
  z.object({ kind: z.literal('stopped-after-steps'), steps: z.number().int().positive() }),
  /** The answer broke off and went on by itself. `cause`: of the last time. */
  z.object({ kind: z.literal('resumed'), times: z.number().int().positive(), cause: z.enum(['server', 'provider']) }),
  /** Another model than the chosen one has written the answer, or some of it. */
  z.object({ kind: z.literal('written-by'), writers: z.array(writerSchema).min(1) }),
])
export type GenerationNote = z.infer<typeof generationNoteSchema>

export const messageSchema = z.object({
  id: z.string(),
  conversationId: z.string(),
  parentId: z.string().nullable(),
  /** All existing children of the same parent, including this one, in the order in which they were added. */
  siblingIds: z.array(z.string()),
  role: roleSchema,
  status: messageStatusSchema,
  /** The text parts, concatenated. */
  content: z.string(),
  parts: z.array(partSchema),
  model: z.string().nullable(),
  usage: usageSchema.nullable(),
  costMicroUsd: z.number().nullable(),
  error: messageErrorSchema.nullable(),
  /** Absent when there is nothing to note. */
  notes: z.array(generationNoteSchema).optional(),
  /** Remarks that the model has not got yet, in the order in which they were made. Absent when there are none. */
  pendingRemarks: z.array(remarkPartSchema).optional(),
  /** Absent when there are none. */
  reactions: z.array(messageReactionSchema).optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type Message = z.infer<typeof messageSchema>

/** The visible text of a message: its text parts, concatenated. */
export function partsToContent(parts: readonly Part[]): string {
  let content = ''
  for (const part of parts) if (part.type === 'text') content += part.text
  return content
}
