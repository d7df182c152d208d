import { defaultContentLength, maxContentLength, signUpModes, type SignUpMode } from '@holdfast/shared'
import { isIP } from 'node:net'
import proxyAddr from 'proxy-addr'
import { z } from 'zod'
import { defaultModelHost } from '../local-model/offered-models.ts'
import { logLevels, type LogLevel } from '../platform/logger.ts'
import { nodeRoles, type NodeRole } from '../platform/node-role.ts'
import { parseStorageUrl, StorageSettingsError, type StorageSettings } from '../files/storage/storage-settings.ts'
import { McpConfigError, readMcpServers, type McpServerConfig } from '../mcp-client/mcp-server-config.ts'
import { readVoiceSettings, VoiceSettingsError, type VoiceSettings } from '../voice/voice-settings.ts'
import { findPathProblem } from './public-address.ts'
import { readMailSettings, type MailSettings } from './mail-settings.ts'
import { readOidcProviders, type OidcProvider } from './oidc-providers.ts'
import { readTrustedIssuers, type TrustedIssuer } from './trusted-issuers.ts'
import { ModelSettingsError, readModelSettings, type ModelSettings } from '../models/model-settings.ts'

/** Everything that the environment decides. Only this file reads `process.env`; blank counts as unset. */
export interface Config {
  readonly host: string
  readonly port: number
  /** The address that people use, with the path under which the server is reached. */
  readonly publicUrl: URL
  readonly corsOrigins: readonly string[]
  /** Proxies whose word about a client's address is taken: addresses, networks, or names like `loopback`. */
  readonly trustedProxies: readonly string[]
  /** Null: PGlite under `dataDir`. */
  readonly databaseUrl: string | null
  /** Redis or Valkey, by which nodes hear of each other. Null: by LISTEN and NOTIFY of Postgres. */
  readonly redisUrl: string | null
  /** What this node does: everything, answer requests alone, or run jobs alone. */
  readonly role: NodeRole
  /** Null only in tests: everything in memory. */
  readonly dataDir: string | null
  readonly models: ModelSettings
  /** Whether an answer that breaks off goes on by itself. */
  readonly autoContinue: boolean
  /** Where models that run beside the server are fetched from: Hugging Face, or a mirror with the same paths. */
  readonly localModelUrl: string
  /** The longest silence between two pieces of an answer. */
  readonly modelIdleTimeoutMs: number
  /** The longest silence before an answer begins. */
  readonly modelFirstByteTimeoutMs: number
  /** Other servers whose tools answers may use. */
  readonly mcpServers: readonly McpServerConfig[]
  /** Only people at this machine reach the server: it listens on a loopback address, and is published under one. */
  readonly isForThisMachine: boolean
  /** Null: an administrator decides. */
  readonly signUp: SignUpMode | null
  /** Whether somebody without an account gets in. Null: an administrator decides. */
  readonly guests: boolean | null
  /** Null: made once and kept under `dataDir`. */
  readonly authSecret: string | null
  /** Other systems whose tokens call the API as their users. */
  readonly trustedIssuers: readonly TrustedIssuer[]
  /** OpenID Connect providers by which people sign in. */
  readonly oidcProviders: readonly OidcProvider[]
  /** Null: the server sends no mails, and administrators hand over links. */
  readonly mail: MailSettings | null
  /** Whether webhooks may reach addresses inside of networks. */
  readonly webhookAllowPrivate: boolean
  readonly messagesPerMinute: number
  /** Model calls of one answer, where no limit says otherwise. */
  readonly stepsPerAnswer: number
  /** The time that a person has to decide about a tool call. */
  readonly approvalExpiresMs: number
  /** The longest text of a message, in code points. */
  readonly messageMaxCharacters: number
  /** The largest file that is taken. */
  readonly fileMaxBytes: number
  /** A file that no message shows is kept this long. */
  readonly filesKeepDays: number
  /** Events of conversations, and what models were asked, are kept this long, and an hour at least. */
  readonly logKeepDays: number
  /** What is in the trash is deleted for good after this time. Null: never. */
  readonly trashKeepDays: number | null
  /** The largest export of another program that can be imported. */
  readonly importMaxBytes: number
  readonly storage: StorageSettings
  /** Null: neither dictation nor speech goes through the server. */
  readonly voice: VoiceSettings | null
  /** Per user; some calls count as several. */
  readonly callsPerMinute: number
  /** Calls of other servers go through a proxy. */
  readonly hasProxy: boolean
  /** Names in the environment that look like settings and are none. */
  readonly unknownNames: readonly string[]
  /** Null: only programs of this machine may read `/metrics`. */
  readonly metricsToken: string | null
  /** Where traces of answers are sent, by OTLP over HTTP. Null: nowhere. */
  readonly tracesEndpoint: URL | null
  /** The file in which a developer adds tools, providers and sign-in. Null: `holdfast.config.ts`, if there is one. */
  readonly configFile: string | null
  readonly logLevel: LogLevel
  /** Null: pretty on a terminal, JSON elsewhere. */
  readonly logFormat: 'json' | 'pretty' | null
}

/** A setting is wrong. The message is one line that names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (typeof value === 'string' && value.trim() === '' ? undefined : value), schema.optional())
const text = z.string().trim()
const whole = (min: number, max: number) =>
  text
    .regex(/^\d+$/u, `must be a whole number`)
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`))
const httpUrl = text.refine((value) => URL.canParse(value) && /^https?:$/u.test(new URL(value).protocol), {
  error: 'must be an http:// or https:// address',
})

const defaultFileBytes = 25 * 1024 * 1024
const maxFileBytes = 1024 ** 3
const defaultImportBytes = 2 * 1024 ** 3
const maxImportBytes = 5 * 1024 ** 3

const defaultApprovalMs = 7 * 24 * 60 * 60_000
/** A year. */
const maxApprovalMs = 365 * 24 * 60 * 60_000

const publicUrl = httpUrl.superRefine((value, context) => {
  const problem = URL.canParse(value) ? findPathProblem(new URL(value)) : null
  if (problem !== null) context.addIssue({ code: 'custom', message: problem })
})

const environmentSchema = z.object({
  PORT: optional(whole(0, 65_535)),
  HOST: optional(text),
  PUBLIC_URL: optional(publicUrl),
  CORS_ORIGINS: optional(text),
  DATABASE_URL: optional(text.regex(/^postgres(ql)?:\/\//u, 'must start with postgres:// or postgresql://')),
  REDIS_URL: optional(
    text.regex(/^rediss?:\/\//u, 'must start with redis:// or rediss://').refine(URL.canParse, 'is not an address'),
  ),
  ROLE: optional(z.enum(nodeRoles)),
  DATA_DIR: optional(text),
  OPENAI_API_KEY: optional(text),
  OPENAI_BASE_URL: optional(httpUrl),
  OPENAI_MODEL: optional(text),
  OPENAI_HEADERS: optional(text),
  LLM_API: optional(z.enum(['auto', 'chat', 'responses'])),
  OPENAI_BACKGROUND: optional(z.enum(['on', 'off'])),
  GEMINI_API_KEY: optional(text),
  GEMINI_MODEL: optional(text),
  MODEL_PROVIDERS: optional(text),
  MODEL_FALLBACKS: optional(text),
  AUTO_CONTINUE: optional(z.enum(['on', 'off'])),
  MODEL_CONTEXT_WINDOW: optional(whole(256, 100_000_000)),
  MODEL_PRICE_JSON: optional(text),
  MODEL_INPUT: optional(text),
  MODEL_IDLE_TIMEOUT_MS: optional(whole(100, 3_600_000)),
  MODEL_FIRST_BYTE_TIMEOUT_MS: optional(whole(100, 3_600_000)),
  LOCAL_MODEL_URL: optional(httpUrl),
  MCP_SERVERS: optional(text),
  MCP_SERVER_URL: optional(text),
  BETTER_AUTH_SECRET: optional(text.min(32, 'must have at least 32 characters')),
  SIGN_UP: optional(z.enum(signUpModes)),
  GUESTS: optional(z.enum(['on', 'off'])),
  JWT_TRUSTED_ISSUERS: optional(text),
  SMTP_URL: optional(text),
  MAIL_FROM: optional(text),
  WEBHOOK_ALLOW_PRIVATE: optional(z.enum(['on', 'off'])),
  OIDC_ISSUER: optional(text),
  OIDC_CLIENT_ID: optional(text),
  OIDC_CLIENT_SECRET: optional(text),
  OIDC_ADMIN_GROUP: optional(text),
  OIDC_PROVIDERS: optional(text),
  MESSAGES_PER_MINUTE: optional(whole(1, 1_000_000)),
  STEPS_PER_ANSWER: optional(whole(1, 10_000)),
  APPROVAL_EXPIRES_MS: optional(whole(1_000, maxApprovalMs)),
  MESSAGE_MAX_CHARACTERS: optional(whole(1, maxContentLength)),
  STORAGE_URL: optional(text),
  FILE_MAX_BYTES: optional(whole(1, maxFileBytes)),
  CALLS_PER_MINUTE: optional(whole(60, 1_000_000_000)),
  FILES_KEEP_DAYS: optional(whole(1, 36_500)),
  TRASH_KEEP_DAYS: optional(whole(1, 36_500)),
  LOG_KEEP_DAYS: optional(whole(0, 36_500)),
  IMPORT_MAX_BYTES: optional(whole(1, maxImportBytes)),
  VOICE_BASE_URL: optional(httpUrl),
  VOICE_API_KEY: optional(text),
  VOICE_TRANSCRIBE_MODEL: optional(text),
  VOICE_SPEECH_MODEL: optional(text),
  VOICE_SPEECH_VOICE: optional(text),
  TRUST_PROXY: optional(text),
  HOLDFAST_CONFIG: optional(text),
  METRICS_TOKEN: optional(text.regex(/^[\w.~+/=-]{16,}$/u, 'must have at least 16 characters: letters, digits, - . _ ~ + / =')),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(httpUrl),
  HTTPS_PROXY: optional(httpUrl),
  HTTP_PROXY: optional(httpUrl),
  NO_PROXY: optional(text),
  LOG_LEVEL: optional(z.enum(logLevels)),
  LOG_FORMAT: optional(z.enum(['json', 'pretty'])),
})
/** Every variable that is read. */
export const settingNames: readonly string[] = Object.keys(environmentSchema.shape)

type Environment = z.output<typeof environmentSchema>

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** @throws ConfigError that names the variable and says what is wrong with it. */
export function environmentToConfig(given: Readonly<Record<string, string | undefined>>): Config & { readonly dataDir: string } {
  const { environment, names } = watchNames(given)
  const parsed = environmentSchema.safeParse(withProxies(given))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new ConfigError(`${issue?.path.join('.') ?? 'environment'}: ${issue?.message ?? 'is not valid'}`)
  }
  const env = parsed.data
  if (env.DATABASE_URL === undefined) checkOneProcess(env)
  const models = toModelSettings(env, environment)
  const mcpServers = toMcpServers(env, environment)
  const host = env.HOST ?? '127.0.0.1'
  const port = env.PORT ?? 3000
  const publicAddress = new URL(env.PUBLIC_URL ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`)
  const isForThisMachine = loopbackNames.has(publicAddress.hostname) && isLoopback(host)
  return {
    host,
    port,
    publicUrl: publicAddress,
    corsOrigins: toOrigins(env.CORS_ORIGINS),
    trustedProxies: toProxies(env.TRUST_PROXY),
    databaseUrl: env.DATABASE_URL ?? null,
    redisUrl: env.REDIS_URL ?? null,
    role: env.ROLE ?? 'all',
    dataDir: env.DATA_DIR ?? './data',
    models,
    autoContinue: env.AUTO_CONTINUE !== 'off',
    localModelUrl: env.LOCAL_MODEL_URL ?? defaultModelHost,
    modelIdleTimeoutMs: env.MODEL_IDLE_TIMEOUT_MS ?? 60_000,
    // Models may think for minutes. Where an operator has set one limit, that is the limit for both.
    modelFirstByteTimeoutMs: env.MODEL_FIRST_BYTE_TIMEOUT_MS ?? env.MODEL_IDLE_TIMEOUT_MS ?? 600_000,
    mcpServers: mcpServers.map((server) => ({ guests: isForThisMachine, ...server })),
    isForThisMachine,
    signUp: env.SIGN_UP ?? null,
    guests: env.GUESTS === undefined ? null : env.GUESTS === 'on',
    authSecret: env.BETTER_AUTH_SECRET ?? null,
    trustedIssuers: readTrustedIssuers(env.JWT_TRUSTED_ISSUERS, (message) => new ConfigError(`JWT_TRUSTED_ISSUERS: ${message}`)),
    mail: readMailSettings(env, (message) => new ConfigError(message)),
    webhookAllowPrivate: env.WEBHOOK_ALLOW_PRIVATE === 'on',
    oidcProviders: readOidcProviders(env, (message) => new ConfigError(message)),
    messagesPerMinute: env.MESSAGES_PER_MINUTE ?? 60,
    stepsPerAnswer: env.STEPS_PER_ANSWER ?? 24,
    approvalExpiresMs: env.APPROVAL_EXPIRES_MS ?? defaultApprovalMs,
    messageMaxCharacters: env.MESSAGE_MAX_CHARACTERS ?? defaultContentLength,
    fileMaxBytes: env.FILE_MAX_BYTES ?? defaultFileBytes,
    filesKeepDays: env.FILES_KEEP_DAYS ?? 7,
    trashKeepDays: env.TRASH_KEEP_DAYS ?? null,
    logKeepDays: env.LOG_KEEP_DAYS ?? 30,
    importMaxBytes: env.IMPORT_MAX_BYTES ?? defaultImportBytes,
    storage: toStorage(env.STORAGE_URL),
    voice: toVoice(env),
    callsPerMinute: env.CALLS_PER_MINUTE ?? 1_200,
    hasProxy: env.HTTPS_PROXY !== undefined || env.HTTP_PROXY !== undefined,
    unknownNames: Object.keys(given).filter(
      (name) => looksLikeSetting.test(name) && !names.has(name) && !settingNames.includes(name),
    ),
    configFile: env.HOLDFAST_CONFIG ?? null,
    metricsToken: env.METRICS_TOKEN ?? null,
    tracesEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT ? new URL(env.OTEL_EXPORTER_OTLP_ENDPOINT) : null,
    logLevel: env.LOG_LEVEL ?? 'info',
    logFormat: env.LOG_FORMAT ?? null,
  }
}

/** The embedded database belongs to one process, which does everything. */
function checkOneProcess(env: Environment): void {
  for (const name of ['ROLE', 'REDIS_URL'] as const) {
    if (env[name] === undefined || env[name] === 'all') continue
    throw new ConfigError(`${name}: is for several nodes, which share a Postgres. Set DATABASE_URL, or leave ${name} out.`)
  }
}

/** The first words of our own settings. Other programs have variables that begin with other words. */
const looksLikeSetting =
  /^(?:AUTO|REDIS|OPENAI|GEMINI|LLM|LOCAL_MODEL|MODEL|MCP|VOICE|MESSAGES?|STEPS|APPROVAL|CALLS|FILES?|TRASH|IMPORT|STORAGE|METRICS|LOG|PUBLIC|CORS|BETTER_AUTH|OIDC|SMTP|MAIL|WEBHOOK)_/u

/** The environment, and the names that files ask for by `${NAME}` or `apiKeyEnv`. */
function watchNames(given: Readonly<Record<string, string | undefined>>) {
  const names = new Set<string>()
  const environment = new Proxy(given, {
    get: (target, name) => {
      if (typeof name !== 'string') return undefined
      names.add(name)
      return target[name]
    },
  })
  return { environment, names }
}

/** The names of proxies are often written small, and small ones win, as in other programs. */
function withProxies(given: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  const small = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].flatMap((name) => {
    const value = given[name.toLowerCase()]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...given, ...Object.fromEntries(small) }
}

/** Every secret among the settings: no line of the log may hold one. */
export function configToSecrets(config: Config): string[] {
  const { authSecret, metricsToken, databaseUrl, redisUrl, tracesEndpoint, models, voice, mcpServers, oidcProviders, mail } =
    config
  const inServers = mcpServers.flatMap((server) => Object.values(server.kind === 'http' ? server.headers : server.env))
  return [
    authSecret,
    metricsToken,
    databaseUrl === null ? null : decodeURIComponent(new URL(databaseUrl).password),
    redisUrl === null ? null : decodeURIComponent(new URL(redisUrl).password),
    tracesEndpoint === null ? null : decodeURIComponent(tracesEndpoint.password),
    voice?.apiKey,
    mail && mail.url.password !== '' ? decodeURIComponent(mail.url.password) : null,
    ...[...models.providers, ...models.fallbacks].flatMap(({ apiKey, headers }) => [apiKey, ...Object.values(headers)]),
    ...inServers,
    ...oidcProviders.map(({ clientSecret }) => clientSecret),
  ].filter((secret) => typeof secret === 'string')
}

function toProxies(value: string | undefined): string[] {
  const proxies = (value ?? '').split(',').flatMap((proxy) => proxy.trim() || [])
  for (const proxy of proxies) {
    try {
      proxyAddr.compile(proxy)
    } catch (error) {
      throw new ConfigError(`TRUST_PROXY: "${proxy}" is not an address, a network like 10.0.0.0/8, loopback or uniquelocal`, {
        cause: error,
      })
    }
  }
  return proxies
}

function toOrigins(value: string | undefined): string[] {
  const origins = (value ?? '').split(',').flatMap((origin) => origin.trim() || [])
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new ConfigError(`CORS_ORIGINS: "${origin}" is not an origin like https://chat.example.com`)
    }
  }
  return origins
}

function toStorage(value: string | undefined): StorageSettings {
  try {
    return parseStorageUrl(value)
  } catch (error) {
    if (error instanceof StorageSettingsError) throw new ConfigError(`STORAGE_URL: ${error.message}`)
    throw error
  }
}

function toVoice(env: Environment): VoiceSettings | null {
  try {
    return readVoiceSettings(env)
  } catch (error) {
    if (error instanceof VoiceSettingsError) throw new ConfigError(error.message)
    throw error
  }
}

function toMcpServers(env: Environment, environment: Readonly<Record<string, string | undefined>>): McpServerConfig[] {
  try {
    return readMcpServers({ file: env.MCP_SERVERS, url: env.MCP_SERVER_URL }, environment)
  } catch (error) {
    if (error instanceof McpConfigError) throw new ConfigError(error.message)
    throw error
  }
}

function toModelSettings(env: Environment, environment: Readonly<Record<string, string | undefined>>): ModelSettings {
  try {
    return readModelSettings(env, environment)
  } catch (error) {
    if (error instanceof ModelSettingsError) throw new ConfigError(error.message)
    throw error
  }
}
