import type { AnswerParameters } from '@holdfast/shared'
import * as z from 'zod/mini'

/** Parameters of a conversation that is kept on the device. The server checks them. */
export const storedParametersSchema = z.object({
  temperature: z.optional(z.number()),
  topP: z.optional(z.number()),
  maxOutputTokens: z.optional(z.number()),
  reasoningEffort: z.optional(z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])),
}) satisfies z.ZodMiniType<AnswerParameters>
