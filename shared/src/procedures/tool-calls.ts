import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { toolCallStateSchema } from '../message.ts'

/** Approves or denies a waiting tool call; the first decision counts. */
export const toolCallsDecideInput = z.strictObject({
  requestId: uuidSchema,
  messageId: uuidSchema,
  callId: z.string().max(100),
  approve: z.boolean(),
})
export const toolCallsDecideOutput = z.object({ callId: z.string(), state: toolCallStateSchema })
