import { z } from 'zod'
import { conversationSchema, snapshotSchema } from './conversation.ts'
import { messageStatusSchema } from './generation.ts'
import {
  generationNoteSchema,
  jsonSchema,
  messageErrorSchema,
  messageSchema,
  toolCallStateSchema,
  usageSchema,
} from './message.ts'

const part = z.number().int().nonnegative()
const messageId = z.string()

/** [E1] Every change of a conversation is one of these, on disk before anyone sees it. The names are on disk: they never change. */
export const eventSchema = z.discriminatedUnion('type', [
  snapshotSchema.extend({ type: z.literal('snapshot') }),
  z.object({ type: z.literal('message-added'), message: messageSchema }),
  z.object({
    type: z.literal('message-removed'),
    messageId,
    /** [M3] Where its children hang from now on. A reader may hold a child and not the removed message itself. */
    parentId: z.string().nullable().optional(),
    /** [M3] The children of that parent from now on: those of the removed message are among them. */
    siblingIds: z.array(z.string()),
  }),
  /** An answer that had ended, waited or was handed over is queued again: continue, a decision, a restart. */
  z.object({
    type: z.literal('generation-queued'),
    messageId,
    /** [F5] The message as far as it is: from now on every reader holds it, also one that shows another branch. */
    message: messageSchema.optional(),
  }),
  z.object({
    type: z.literal('generation-started'),
    messageId,
    /** Upstream tries so far, from 1; grows when a crash or a hand-over starts the answer again. */
    attempt: z.number().int().positive(),
    model: z.string(),
  }),
  z.object({
    type: z.literal('text-delta'),
    messageId,
    part,
    /** UTF-16 units of this part before this delta: the proof that nothing is missing or doubled. */
    offset: z.number().int().nonnegative(),
    text: z.string(),
  }),
  z.object({
    type: z.literal('reasoning-delta'),
    messageId,
    part,
    offset: z.number().int().nonnegative(),
    text: z.string(),
    /** How long this part has been thought about, this delta included. */
    durationMs: z.number().optional(),
  }),
  z.object({ type: z.literal('tool-call'), messageId, part, callId: z.string(), name: z.string(), args: jsonSchema }),
  z.object({
    type: z.literal('tool-call-updated'),
    messageId,
    callId: z.string(),
    state: toolCallStateSchema,
    expiresAt: z.string().nullable().optional(),
    /** With `waiting`: what would happen, as a question for a person. */
    question: z.string().optional(),
  }),
  z.object({
    type: z.literal('tool-result'),
    messageId,
    callId: z.string(),
    result: jsonSchema.optional(),
    error: z.string().optional(),
    durationMs: z.number().optional(),
  }),
  z.object({ type: z.literal('generation-waiting'), messageId }),
  z.object({
    type: z.literal('generation-retry'),
    messageId,
    /** The try that follows, from 2. */
    attempt: z.number().int().positive(),
    maxAttempts: z.number().int().positive(),
    delayMs: z.number().nonnegative(),
    /** A stable code, as in `error.code`. */
    reason: z.string(),
  }),
  /** [F7] Something to know about this answer; it takes the place of an earlier note of its kind. */
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

/** What changed for a user outside the conversation that is open. State only: repeating one is harmless. */
export const activitySchema = z.discriminatedUnion('type', [
  /** Lists may be stale: fetch them again. The first item of every subscription, and the first after a gap. */
  z.object({ type: z.literal('refetch') }),
  z.object({ type: z.literal('conversation'), conversation: conversationSchema }),
  z.object({ type: z.literal('conversation-removed'), conversationId: z.string() }),
  z.object({ type: z.literal('planner') }),
])
export type Activity = z.infer<typeof activitySchema>
