import { z } from 'zod'
import { answerParametersInput } from './answer-parameters.ts'
import { modelName } from './fields.ts'
import { limitsSchema } from './limits.ts'

/** Who may make an account: anybody; anybody, but an administrator lets them in; who has an invitation; nobody. */
export const signUpModes = ['open', 'approval', 'invite', 'closed'] as const
export const signUpModeSchema = z.enum(signUpModes)
export type SignUpMode = z.infer<typeof signUpModeSchema>

const days = z.number().int().min(1).max(36_500).nullable()
export const maxDefaultInstructions = 10_000
export const maxDefaultTools = 200
export const maxFallbacks = 10

/** What an administrator sets for the whole server. Each member is one row of the database, changed as a whole. */
export const serverSettingsSchema = z.object({
  signUp: signUpModeSchema,
  /** Whether somebody without an account gets in. */
  guests: z.boolean(),
  /** Whether people may add keys of their own. */
  ownKeys: z.boolean(),
  /** For conversations that name none. Null: the first model; all tools; of a parameter: the model's own value. */
  defaults: z.object({
    model: modelName.nullable(),
    instructions: z.string().max(maxDefaultInstructions),
    tools: z.array(z.string().max(200)).max(maxDefaultTools).nullable(),
    /** Behind those of a conversation, field by field. */
    parameters: answerParametersInput.default({}),
  }),
  /**
   * Models that are asked when another one fails, in this order. The key is a model's id, or a provider's for all of its models; a list
   * of the model itself comes first.
   */
  fallbacks: z.record(z.string().min(1).max(300), z.array(modelName).max(maxFallbacks)),
  /** `server`: all people together. The others: each person of the kind, where nothing is set for the person. */
  limits: z.object({ server: limitsSchema, admin: limitsSchema, member: limitsSchema, guest: limitsSchema }),
  /** In days; null keeps for ever. */
  retention: z.object({ trash: days, audit: days, unusedFiles: days }),
})
export type ServerSettings = z.infer<typeof serverSettingsSchema>
export type ServerSettingKey = keyof ServerSettings
