import { z } from 'zod'
import { inputKindSchema } from '../file.ts'

export const modelSchema = z.object({
  id: z.string(),
  /** As its provider names it; for people. */
  name: z.string(),
  provider: z.string(),
  /** True for the built-in rule-based program, which is not an AI model. */
  demo: z.boolean(),
  isDefault: z.boolean(),
  /** What the model takes. Unknown models take text; the extracted text of other files is sent to them. */
  input: z.array(inputKindSchema),
  /** Tokens that prompt and answer may have together; null if unknown. */
  contextWindow: z.number().nullable(),
  /** Millionths of a dollar for a million tokens; null if unknown, which does not mean free. */
  inputMicroUsd: z.number().nullable(),
  outputMicroUsd: z.number().nullable(),
})
export type Model = z.infer<typeof modelSchema>

export const modelsListOutput = z.object({
  items: z.array(modelSchema),
  /** Set when the provider's own list could not be read; the configured model is still in `items`. */
  warning: z.string().nullable(),
  /** Whether the caller may add a provider: for everyone, as an administrator; for themselves; or not at all. */
  mayAdd: z.enum(['everyone', 'own', 'none']),
})
