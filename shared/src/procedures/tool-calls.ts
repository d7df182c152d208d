import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { jsonSchema, toolCallStateSchema } from '../message.ts'
import { visibleTextSchema } from '../text.ts'

const callIdSchema = z.string().max(100)

/**
 * Decides about a tool call that needs a person; the first decision counts. A call that waits for an approval needs `approve`: with
 * `args` it runs with these arguments instead of the model's, and a `reason` goes to the model with a denial. A call whose outcome is
 * `unknown` needs `outcome`.
 */
export const toolCallsDecideInput = z.strictObject({
  requestId: uuidSchema,
  messageId: uuidSchema,
  callId: callIdSchema,
  approve: z.boolean().optional(),
  args: z.record(z.string(), jsonSchema).optional(),
  reason: visibleTextSchema(1_000).optional(),
  outcome: z.enum(['done', 'not-done', 'run-again']).optional(),
})
export const toolCallsDecideOutput = z.object({ callId: z.string(), state: toolCallStateSchema })

/** Answers the question of a tool (`form` of its call): with `content`, which its schema allows, or not at all. The first answer counts. */
export const toolCallsAnswerInput = z.strictObject({
  requestId: uuidSchema,
  messageId: uuidSchema,
  callId: callIdSchema,
  content: z.record(z.string(), jsonSchema).optional(),
  decline: z.literal(true).optional(),
})
export const toolCallsAnswerOutput = z.object({ callId: z.string(), state: toolCallStateSchema })
