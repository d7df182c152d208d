import { inputKindSchema, type InputKind } from '@holdfast/shared'
import { z } from 'zod'
import type { ModelEvent, ModelPrices, ModelRequest } from '../models/model.ts'
import type { ModelErrorCode } from '../models/model-error.ts'
import { checkDefinition, functionSchema } from './definition-error.ts'

/** What is known about a model. */
export interface OwnModel {
  readonly id: string
  /** Tokens that prompt and answer may have together. */
  readonly contextWindow?: number
  readonly prices?: ModelPrices
  /** What it takes; default text. */
  readonly input?: readonly InputKind[]
}

/** A model provider of a developer. */
export interface OwnProvider {
  /** The part before the `/` in the ids of its models, when there are several providers. */
  readonly id: string
  /** For people. */
  readonly name: string
  /** At least one; the first is the default. */
  readonly models: readonly OwnModel[]
  /** One model call. `end` comes last and exactly once. @throws ProviderError, or anything else, which is taken for a `provider-error` */
  readonly stream: (request: ModelRequest) => AsyncIterable<ModelEvent>
}

type Options = { readonly cause?: unknown; readonly retryAfterMs?: number }

/** A call failed. The code decides what people read, and whether the call is made again. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly code: Exclude<ModelErrorCode, 'aborted' | 'internal-error'>
  readonly retryAfterMs: number | null

  constructor(code: Exclude<ModelErrorCode, 'aborted' | 'internal-error'>, { cause, retryAfterMs }: Options = {}) {
    super(`the provider failed: ${code}`, { cause })
    this.code = code
    this.retryAfterMs = retryAfterMs ?? null
  }
}

/** By its name: the file of a developer may have loaded this module once more. */
export function isProviderError(error: unknown): error is ProviderError {
  return error instanceof Error && error.name === 'ProviderError'
}

const micros = z.number().min(0)
const schema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/u, 'must be 1 to 40 small letters, digits and -'),
  name: z.string().min(1).max(100),
  models: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(200),
        contextWindow: z.int().min(1).optional(),
        prices: z
          .strictObject({ inputMicroUsd: micros, outputMicroUsd: micros, cachedInputMicroUsd: micros.nullable() })
          .optional(),
        input: z.array(inputKindSchema).optional(),
      }),
    )
    .min(1, 'must name at least one model'),
  stream: functionSchema,
})

/** Models of your own. @throws DefinitionError */
export function defineProvider(provider: OwnProvider): OwnProvider {
  checkDefinition(`The provider ${String(provider?.id ?? 'without an id').slice(0, 100)}`, schema, provider)
  return provider
}
