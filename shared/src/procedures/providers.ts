import { z } from 'zod'
import { modelName } from '../fields.ts'
import { uuidSchema } from '../ids.ts'
import { addableProviderKinds, providerKinds } from '../provider.ts'
import { visibleTextSchema } from '../text.ts'

export const maxProviderNameLength = 100
export const maxProviderModels = 500

const baseUrl = z
  .string()
  .trim()
  .max(2_000)
  .refine((value) => isPlainHttpUrl(value), { error: 'must be an http:// or https:// address without a password' })

/** It is sent in a header, which takes no spaces and nothing outside of ASCII. */
const key = z
  .string()
  .trim()
  .min(1)
  .max(4_000)
  .regex(/^[\u0021-\u007E]+$/u, 'must be one word of ASCII characters')

const name = visibleTextSchema(maxProviderNameLength)
const models = z.array(modelName).min(1).max(maxProviderModels).nullable()

/** A provider of models. Its key never leaves the server. */
export const providerSchema = z.object({
  /** A UUID, or the name that the environment gives it. */
  id: z.string(),
  /** `environment`: it cannot be changed here. */
  source: z.enum(['database', 'environment']),
  name: z.string(),
  kind: z.enum(providerKinds),
  baseUrl: z.string(),
  hasKey: z.boolean(),
  /** The last four characters of a key that is long enough for it. */
  keyHint: z.string().nullable(),
  /** The stored key cannot be decrypted, since the secret of the server is another one: enter it again. */
  isKeyUnreadable: z.boolean(),
  /** Null: all that the provider lists. */
  models: z.array(z.string()).nullable(),
  /** Without the prefix. */
  defaultModel: z.string(),
  /** What stands before the names of its models in `models.list`. */
  modelPrefix: z.string(),
  /** Its answers through the Responses API run at the provider, which stores them. */
  background: z.boolean(),
  enabled: z.boolean(),
  createdAt: z.string().nullable(),
  updatedAt: z.string().nullable(),
})
export type Provider = z.infer<typeof providerSchema>

export const providersListOutput = z.object({ items: z.array(providerSchema) })

export const providersCreateInput = z.strictObject({
  kind: z.enum(addableProviderKinds),
  /** Default: that of its kind, or its host. */
  name: name.optional(),
  /** Default: that of its kind; needed where there is none. */
  baseUrl: baseUrl.optional(),
  key: key.optional(),
  models: models.optional(),
  /** Default: the first of `models`, or the usual one among those that the provider lists. */
  defaultModel: modelName.optional(),
  /** True: answers through the Responses API run at the provider, which stores them, and are read on after a crash. */
  background: z.boolean().default(false),
  enabled: z.boolean().default(true),
})

export const providersUpdateInput = z.strictObject({
  providerId: uuidSchema,
  name: name.optional(),
  /** At another host the stored key is not used: `key` has to be given with it. */
  baseUrl: baseUrl.optional(),
  /** Null removes it. */
  key: key.nullable().optional(),
  models: models.optional(),
  defaultModel: modelName.optional(),
  background: z.boolean().optional(),
  enabled: z.boolean().optional(),
})

export const providersDeleteInput = z.strictObject({ providerId: uuidSchema })
export const providersDeleteOutput = z.object({ providerId: z.string() })

/** What is tried: a saved provider, with changes that are not saved yet, or one that is not saved at all. */
export const providersTestInput = z.strictObject({
  providerId: uuidSchema.optional(),
  kind: z.enum(addableProviderKinds).optional(),
  baseUrl: baseUrl.optional(),
  key: key.nullable().optional(),
  /** Default: as for `defaultModel` of a new provider. */
  model: modelName.optional(),
})

export const providersTestOutput = z.object({
  isUsable: z.boolean(),
  /** The models that can answer, as the provider names them; empty where it lists none. */
  models: z.array(z.string()),
  /** The model that was asked. */
  model: z.string().nullable(),
  /** `message` says what to do about it. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
})
export type ProviderTest = z.infer<typeof providersTestOutput>

export const providersDiscoverOutput = z.object({
  items: z.array(
    z.object({
      kind: z.enum(providerKinds),
      baseUrl: z.string(),
      models: z.array(z.string()),
      /** A provider with this address is there already. */
      isAdded: z.boolean(),
    }),
  ),
})

function isPlainHttpUrl(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/u.test(url.protocol) && url.username === '' && url.password === ''
}
