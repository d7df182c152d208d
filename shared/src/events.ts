import { z } from 'zod'
import { conversationSchema, snapshotSchema } from './conversation.ts'
import {
  filePartSchema,
  generationNoteSchema,
  jsonSchema,
  messageErrorSchema,
  messageSchema,
  messageStatusSchema,
  remarkPartSchema,
  toolCallStateSchema,
  toolFormSchema,
  toolProgressSchema,
  usageSchema,
} from './message.ts'

const part = z.number().int().nonnegative()
const messageId = z.string()

/** [E1] Every change of a conversation is one of these events, stored before it is published. The names are stored, so they never change. */
export const eventSchema = z.discriminatedUnion('type', [
  snapshotSchema.extend({ type: z.literal('snapshot') }),
  z.object({ type: z.literal('message-added'), message: messageSchema }),
  z.object({
    type: z.literal('message-removed'),
    messageId,
    /** [M3] The new parent of its children. A reader may have loaded a child without the removed message. */
    parentId: z.string().nullable().optional(),
    /** [M3] All children of that parent from now on, including those of the removed message. */
    siblingIds: z.array(z.string()),
    /** [M3] The children that it had. A reader that knows no earlier states needs no more than `parentId`. */
    childIds: z.array(z.string()).optional(),
  }),
  /** An answer that had ended, waited, or was handed over is queued again: after `continue`, a decision on a tool call, or a restart. */
  z.object({
    type: z.literal('generation-queued'),
    messageId,
    /** [F5] The message so far. From now on every reader holds it, even one that shows another branch. */
    message: messageSchema.optional(),
  }),
  z.object({
    type: z.literal('generation-started'),
    messageId,
    /** Attempts so far, from 1; grows when a crash or a hand-over starts the answer again. */
    attempt: z.number().int().positive(),
    model: z.string(),
  }),
  z.object({
    type: z.literal('text-delta'),
    messageId,
    part,
    /** Length of this part before this delta, in UTF-16 units: proves that nothing is missing or doubled. */
    offset: z.number().int().nonnegative(),
    text: z.string(),
  }),
  z.object({
    type: z.literal('reasoning-delta'),
    messageId,
    part,
    offset: z.number().int().nonnegative(),
    text: z.string(),
    /** The time that the model has been reasoning in this part, including this delta. */
    durationMs: z.number().optional(),
  }),
  /** A model that closes its thoughts without having opened them: what looked like its answer was reasoning. */
  z.object({
    type: z.literal('text-was-reasoning'),
    messageId,
    /** The last part, a text. */
    part,
    /** Where the reasoning begins in it, in UTF-16 units. */
    offset: z.number().int().nonnegative(),
    durationMs: z.number().optional(),
  }),
  z.object({ type: z.literal('tool-call'), messageId, part, callId: z.string(), name: z.string(), args: jsonSchema }),
  z.object({
    type: z.literal('tool-call-updated'),
    messageId,
    callId: z.string(),
    state: toolCallStateSchema,
    expiresAt: z.string().nullable().optional(),
    /** With `waiting`: what the call would do, as a question for the user. */
    question: z.string().optional(),
    /** With `waiting`: a question of the tool itself. Null: it was answered. */
    form: toolFormSchema.nullable().optional(),
    /** With an approval: the arguments that the person put in place of those of the model. */
    changedArgs: jsonSchema.optional(),
    /** With `unknown`: a person has to say what became of the call. */
    awaitsOutcome: z.literal(true).optional(),
    /** With `running`: how far the tool says it is. Such events are rare, a few for each call. */
    progress: toolProgressSchema.optional(),
  }),
  z.object({
    type: z.literal('tool-result'),
    messageId,
    callId: z.string(),
    result: jsonSchema.optional(),
    error: z.string().optional(),
    durationMs: z.number().optional(),
  }),
  /** [E24] A file that the answer brings along, such as a picture that the model made. It is kept for as long as the message exists. */
  z.object({ type: z.literal('file-added'), messageId, part, file: filePartSchema }),
  /** [E26] A person gave the answer a remark, which the model gets at its next step. */
  z.object({ type: z.literal('remark-added'), messageId, remark: remarkPartSchema }),
  /** [E27] The model gets the remark: it becomes a part of the answer, and the next step follows it. */
  z.object({ type: z.literal('remark-taken'), messageId, part, remark: remarkPartSchema }),
  /** [E28] A user gave the message a reaction, or took it back. */
  z.object({ type: z.literal('reaction-changed'), messageId, reaction: z.string(), userId: z.string(), on: z.boolean() }),
  z.object({ type: z.literal('generation-waiting'), messageId }),
  z.object({
    type: z.literal('generation-retry'),
    messageId,
    /** The number of the next attempt, from 2. */
    attempt: z.number().int().positive(),
    maxAttempts: z.number().int().positive(),
    delayMs: z.number().nonnegative(),
    /** A stable code, as in `error.code`. */
    reason: z.string(),
  }),
  /**
   * [E25] The node that writes this answer has given no sign of life for six seconds: another one takes over soon. With `isOver` it is back
   * by itself.
   */
  z.object({ type: z.literal('generation-stalled'), messageId, isOver: z.boolean().optional() }),
  /** [F7] A note about this answer; it replaces an earlier note of the same kind. */
  z.object({ type: z.literal('generation-note'), messageId, note: generationNoteSchema }),
  z.object({
    type: z.literal('generation-ended'),
    messageId,
    status: messageStatusSchema,
    usage: usageSchema.nullable(),
    error: messageErrorSchema.optional(),
    costMicroUsd: z.number().nullable().optional(),
  }),
  z.object({ type: z.literal('conversation-updated'), conversation: conversationSchema }),
  z.object({ type: z.literal('conversation-deleted') }),
  z.object({ type: z.literal('conversation-restored') }),
])
export type ConversationEvent = z.infer<typeof eventSchema>
export type EventOf<Type extends ConversationEvent['type']> = Extract<ConversationEvent, { type: Type }>

/** An event at its place in the conversation's log. `seq` is dense per conversation from 1. */
export const eventRecordSchema = z.object({ seq: z.number().int().nonnegative(), at: z.string(), event: eventSchema })
export type EventRecord = z.infer<typeof eventRecordSchema>
