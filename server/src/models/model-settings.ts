import { inputKindSchema, inputKinds, type InputKind } from '@holdfast/shared'
import { z } from 'zod'
import {
  checkSetting,
  fillIn,
  parseHttpUrl,
  parseJsonSetting,
  readJsonFile,
  type Environment,
  type Fail,
} from '../platform/settings-file.ts'
import type { ModelPrices } from './model.ts'
import type { ModelApi } from './openai/call-plan.ts'
import { openAiUrl } from './openai/openai-url.ts'

/** The configured providers. The default model is that of the first one. */
export interface ModelSettings {
  /** Empty: the built-in demo answers. */
  readonly providers: readonly ProviderSettings[]
  /** Asked in this order when one of those, or one that was added in the page, fails. They are not offered. */
  readonly fallbacks: readonly ProviderSettings[]
  /** By model, with or without its provider's id in front. */
  readonly prices: PricesByModel
  /** Notes for the operator, printed at the start. */
  readonly notes: readonly string[]
}

export type PricesByModel = Readonly<Record<string, ModelPrices>>

export interface ProviderSettings {
  /** The part before the `/` in the ids of its models, when there are several providers. */
  readonly id: string
  readonly name: string
  readonly baseUrl: string
  readonly apiKey: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly api: ModelApi | 'auto'
  /** Answers through Responses run at the provider, which stores them: they are read on after a crash. */
  readonly background: boolean
  readonly defaultModel: string
  /** The only models that may be used. Null: all. */
  readonly models: readonly string[] | null
  /** Tokens: one number for all of its models, or one for each. */
  readonly contextWindow: number | Readonly<Record<string, number>> | null
  readonly prices: PricesByModel
  /** What its models take beside what is known of them: one list for all, or one for each. */
  readonly input: readonly InputKind[] | Readonly<Record<string, readonly InputKind[]>> | null
}

/** The environment's variables about models, without blank values. */
export interface ModelEnvironment {
  readonly OPENAI_API_KEY?: string | undefined
  readonly OPENAI_BASE_URL?: string | undefined
  readonly OPENAI_MODEL?: string | undefined
  readonly OPENAI_HEADERS?: string | undefined
  readonly LLM_API?: ModelApi | 'auto' | undefined
  readonly OPENAI_BACKGROUND?: 'on' | 'off' | undefined
  readonly GEMINI_API_KEY?: string | undefined
  readonly GEMINI_MODEL?: string | undefined
  readonly MODEL_PROVIDERS?: string | undefined
  readonly MODEL_FALLBACKS?: string | undefined
  readonly MODEL_CONTEXT_WINDOW?: number | undefined
  readonly MODEL_INPUT?: string | undefined
  readonly MODEL_PRICE_JSON?: string | undefined
}

/** An invalid setting: one line that names the variable and holds no secret. */
export class ModelSettingsError extends Error {
  override readonly name = 'ModelSettingsError'
}

const geminiUrl = 'https://generativelanguage.googleapis.com/v1beta/openai/'

/** In dollars for a million tokens, as providers write their prices. */
const priceSchema = z
  .strictObject({ input: z.number().min(0), output: z.number().min(0), cachedInput: z.number().min(0).optional() })
  .transform(({ input, output, cachedInput }): ModelPrices => ({
    inputMicroUsd: toMicroUsd(input),
    outputMicroUsd: toMicroUsd(output),
    cachedInputMicroUsd: cachedInput === undefined ? null : toMicroUsd(cachedInput),
  }))
const pricesSchema = z.record(z.string(), priceSchema)
const headersSchema = z.record(z.string(), z.string())
/** Every model takes text, whether it is named or not. */
const inputSchema = z
  .array(inputKindSchema)
  .transform((kinds) => inputKinds.filter((kind) => kind === 'text' || kinds.includes(kind)))
const windowSchema = z.number().int().min(256).max(100_000_000)

const entrySchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/u, 'must be 1 to 40 letters, digits, dots, - or _'),
  name: z.string().min(1).max(100).optional(),
  baseUrl: z.string(),
  apiKey: z.string().optional(),
  apiKeyEnv: z.string().optional(),
  headers: headersSchema.default({}),
  api: z.enum(['auto', 'chat', 'responses']).default('auto'),
  background: z.boolean().default(false),
  defaultModel: z.string().min(1).optional(),
  models: z.array(z.string().min(1)).min(1).optional(),
  contextWindow: z.union([windowSchema, z.record(z.string(), windowSchema)]).optional(),
  input: z.union([inputSchema, z.record(z.string(), inputSchema)]).optional(),
  prices: pricesSchema.default({}),
})
const fileSchema = z.array(entrySchema)
const fallbackSchema = z.strictObject({
  ...entrySchema.omit({ id: true, defaultModel: true, models: true }).shape,
  model: z.string().min(1).max(200),
})
const mostFallbacks = 10
const fallbacksSchema = z.array(fallbackSchema).max(mostFallbacks)

/**
 * The providers that `OPENAI_*` and `GEMINI_*` stand for, and those in the file that `MODEL_PROVIDERS` names: a list of
 * `{ id, baseUrl, … }`. In it, `${NAME}` in an address, a key or a header is taken from `environment`, so that it holds no secrets.
 * Without the file, `OPENAI_*` wins over `GEMINI_*`; with it, all of them count. No request goes to a host that is not configured: a
 * key alone stands for its provider's host. @throws ModelSettingsError
 */
export function readModelSettings(env: ModelEnvironment, environment: Environment): ModelSettings {
  const file = env.MODEL_PROVIDERS === undefined ? null : readFile(env.MODEL_PROVIDERS, environment)
  const input = readInput(env.MODEL_INPUT)
  const openAi = toOpenAi(env, input)
  const gemini = toGemini(env, input)
  const isGeminiLeftOut = openAi !== null && gemini !== null && file === null
  const providers = [openAi, isGeminiLeftOut ? null : gemini, ...(file ?? [])].filter((provider) => provider !== null)
  const ids = providers.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw new ModelSettingsError(`MODEL_PROVIDERS: there are two providers with the id ${twice}`)
  return {
    providers,
    fallbacks: readFallbacks(env.MODEL_FALLBACKS, environment),
    prices: readJsonVariable('MODEL_PRICE_JSON', env.MODEL_PRICE_JSON, pricesSchema) ?? {},
    notes: isGeminiLeftOut ? ['OPENAI_* is set, so GEMINI_API_KEY is not used'] : [],
  }
}

function toOpenAi(env: ModelEnvironment, input: ProviderSettings['input']): ProviderSettings | null {
  const fail: Fail = (message) => new ModelSettingsError(`OPENAI_BASE_URL: ${message}`)
  const headers = readJsonVariable('OPENAI_HEADERS', env.OPENAI_HEADERS, headersSchema) ?? {}
  checkHeaders(headers, (message) => new ModelSettingsError(`OPENAI_HEADERS: ${message}`))
  if (env.OPENAI_API_KEY === undefined && env.OPENAI_BASE_URL === undefined) return null
  const baseUrl = env.OPENAI_BASE_URL === undefined ? openAiUrl : checkUrl(env.OPENAI_BASE_URL, fail)
  return {
    id: 'openai',
    name: env.OPENAI_BASE_URL === undefined ? 'OpenAI' : new URL(baseUrl).host,
    baseUrl,
    apiKey: env.OPENAI_API_KEY ?? null,
    headers,
    api: env.LLM_API ?? 'auto',
    background: env.OPENAI_BACKGROUND === 'on',
    defaultModel: env.OPENAI_MODEL ?? 'gpt-4.1-mini',
    models: null,
    contextWindow: env.MODEL_CONTEXT_WINDOW ?? null,
    prices: {},
    input,
  }
}

function toGemini(env: ModelEnvironment, input: ProviderSettings['input']): ProviderSettings | null {
  if (env.GEMINI_API_KEY === undefined) return null
  return {
    id: 'gemini',
    name: 'Google Gemini',
    baseUrl: geminiUrl,
    apiKey: env.GEMINI_API_KEY,
    headers: {},
    api: 'chat',
    background: false,
    defaultModel: env.GEMINI_MODEL ?? 'gemini-2.5-flash',
    models: null,
    contextWindow: env.MODEL_CONTEXT_WINDOW ?? null,
    prices: {},
    input,
  }
}

function readFile(path: string, environment: Environment): ProviderSettings[] {
  const failFile: Fail = (message) => new ModelSettingsError(`MODEL_PROVIDERS: ${path} ${message}`)
  const fail: Fail = (message) => new ModelSettingsError(`MODEL_PROVIDERS: ${path}: ${message}`)
  const entries = check(fileSchema, readJsonFile(path, failFile), fail)
  return entries.map((entry, index) => toProvider(entry, environment, (message) => fail(`${index}.${message}`)))
}

/** Their ids are `fallback-1` and so on; each has one model. */
function readFallbacks(text: string | undefined, environment: Environment): ProviderSettings[] {
  const entries = readJsonVariable('MODEL_FALLBACKS', text, fallbacksSchema) ?? []
  return entries.map(({ model, ...entry }, index) =>
    toProvider(
      { ...entry, id: `fallback-${index + 1}`, models: [model] },
      environment,
      (message) => new ModelSettingsError(`MODEL_FALLBACKS: ${index}.${message}`),
    ),
  )
}

function toProvider(entry: z.output<typeof entrySchema>, environment: Environment, fail: Fail): ProviderSettings {
  const fill = (where: string, text: string) => fillIn(text, environment, (message) => fail(`${where}: ${message}`))
  const { id, api, background, models, contextWindow, prices, input } = entry
  const baseUrl = checkUrl(fill('baseUrl', entry.baseUrl), (message) => fail(`baseUrl: ${message}`))
  const headers = Object.fromEntries(Object.entries(entry.headers).map(([name, value]) => [name, fill(`headers.${name}`, value)]))
  checkHeaders(headers, (message) => fail(`headers: ${message}`))
  const defaultModel = entry.defaultModel ?? models?.[0]
  if (defaultModel === undefined) throw fail('defaultModel: is missing, and there are no models to take the first of')
  if (models && !models.includes(defaultModel)) throw fail('defaultModel: is not among the models')
  if (entry.apiKey !== undefined && entry.apiKeyEnv !== undefined) throw fail('apiKey: apiKeyEnv is there, too')
  const key = entry.apiKeyEnv === undefined ? entry.apiKey : `\${${entry.apiKeyEnv}}`
  const apiKey = key === undefined ? null : fill(entry.apiKeyEnv === undefined ? 'apiKey' : 'apiKeyEnv', key).trim()
  if (apiKey === '') throw fail('apiKey: is blank; leave it out where none is needed')
  return {
    id,
    name: entry.name ?? new URL(baseUrl).host,
    baseUrl,
    apiKey,
    headers,
    api,
    background,
    defaultModel,
    models: models ?? null,
    contextWindow: contextWindow ?? null,
    prices,
    input: input ?? null,
  }
}

function readInput(text: string | undefined): readonly InputKind[] | null {
  if (text === undefined) return null
  const fail: Fail = () => new ModelSettingsError(`MODEL_INPUT: must be a list of ${inputKinds.join(', ')}, separated by commas`)
  return check(
    inputSchema,
    text.split(',').map((kind) => kind.trim().toLowerCase()),
    fail,
  )
}

function readJsonVariable<Schema extends z.ZodType>(
  name: string,
  text: string | undefined,
  schema: Schema,
): z.output<Schema> | null {
  if (text === undefined) return null
  const fail: Fail = (message) => new ModelSettingsError(`${name}: ${message}`)
  return check(schema, parseJsonSetting(text, fail), fail)
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, fail: Fail): z.output<Schema> {
  return checkSetting(schema, value, (path, message) => fail(path === '' ? message : `${path}: ${message}`))
}

function checkUrl(text: string, fail: Fail): string {
  parseHttpUrl(text.trim(), 'use a key or a header', fail)
  return text.trim()
}

/** Headers that describe the body or the connection: the call sets them. */
const ownHeaders = new Set(['accept', 'connection', 'content-encoding', 'content-length', 'content-type', 'host'])

function checkHeaders(headers: Readonly<Record<string, string>>, fail: Fail): void {
  for (const [name, value] of Object.entries(headers)) {
    if (ownHeaders.has(name.toLowerCase())) throw fail(`${name} cannot be set`)
    try {
      void new Headers({ [name]: value })
    } catch {
      // The system's message holds the value, which may be a key.
      throw fail(`"${name}" is no name of a header, or its value cannot be one`)
    }
  }
}

function toMicroUsd(dollars: number): number {
  return Math.round(dollars * 1_000_000)
}
