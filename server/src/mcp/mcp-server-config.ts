import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** A server of tools that the operator has set up. Users cannot add any: a command is code that runs here. */
export type McpServerConfig = HttpServerConfig | StdioServerConfig

interface CommonConfig {
  /** Part of its tools' names. */
  readonly name: string
  /** The names that may be used, as the server calls them. Null: all. */
  readonly allowedTools: readonly string[] | null
  /** What the server says about its tools (this one only reads, that one may run twice) is believed. */
  readonly trusted: boolean
  /** How long one call may take. */
  readonly timeoutMs: number
}

export interface HttpServerConfig extends CommonConfig {
  readonly kind: 'http'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

export interface StdioServerConfig extends CommonConfig {
  readonly kind: 'stdio'
  readonly command: string
  readonly args: readonly string[]
  /** In addition to PATH, HOME and the like; nothing else of our own environment is passed on. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string | null
}

/** What is wrong with the settings: one line that names the variable. */
export class McpConfigError extends Error {
  override readonly name = 'McpConfigError'
}

/** One `__` separates the parts of a tool's name, so none may be inside of this part or at its edge. */
const namePattern = /^[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*$/u
const maxNameLength = 24

const common = {
  disabled: z.boolean().default(false),
  tools: z.array(z.string()).optional(),
  trusted: z.boolean().default(false),
  timeoutMs: z.number().int().min(100).max(600_000).default(60_000),
}
const texts = z.record(z.string(), z.string()).default({})
const httpSchema = z.strictObject({
  ...common,
  type: z.enum(['http', 'streamable-http']).optional(),
  url: z.string(),
  headers: texts,
  allowInsecure: z.boolean().default(false),
})
const stdioSchema = z.strictObject({
  ...common,
  type: z.literal('stdio').optional(),
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: texts,
  cwd: z.string().optional(),
})
const fileSchema = z.strictObject({ mcpServers: z.record(z.string(), z.looseObject({})) })

/**
 * The servers of the file that `MCP_SERVERS` names, `{ "mcpServers": { "<name>": … } }` as other programs have it, and the one at
 * `MCP_SERVER_URL`. `${NAME}` in an address, a header, an argument or a variable is taken from `environment`, so that the file holds
 * no secrets. @throws McpConfigError
 */
export function readMcpServers(
  input: { file: string | undefined; url: string | undefined },
  environment: Environment,
): McpServerConfig[] {
  const servers = input.file === undefined ? [] : readFile(input.file, environment)
  if (input.url === undefined) return servers
  const url = toUrl(input.url, false, (message) => new McpConfigError(`MCP_SERVER_URL: ${message}`))
  const name = url.host
    .replaceAll(/[^A-Za-z0-9]+/gu, '-')
    .replaceAll(/^-|-$/gu, '')
    .slice(0, maxNameLength)
    .replace(/-$/u, '')
  if (servers.some((server) => server.name === name)) {
    throw new McpConfigError(`MCP_SERVER_URL: the file of MCP_SERVERS has a server named ${name} already`)
  }
  return [...servers, { kind: 'http', name, url, headers: {}, allowedTools: null, trusted: false, timeoutMs: 60_000 }]
}

function readFile(path: string, environment: Environment): McpServerConfig[] {
  const fail = (message: string) => new McpConfigError(`MCP_SERVERS: ${path}: ${message}`)
  const file = check(fileSchema, readJson(path), fail)
  return Object.entries(file.mcpServers).flatMap(([name, entry]) => {
    if (!namePattern.test(name) || name.length > maxNameLength) {
      throw fail(
        `"${name}" is no name for a server: letters, digits, single - or _ between them, at most ${maxNameLength} characters`,
      )
    }
    return entryToServer(name, entry, environment, (message) => fail(`mcpServers.${name}${message}`)) ?? []
  })
}

function entryToServer(name: string, entry: object, environment: Environment, fail: Fail): McpServerConfig | null {
  const fill = (text: string) => fillIn(text, environment, fail)
  const fillAll = (record: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, fill(value)]))
  if ('command' in entry) {
    const { disabled, tools, trusted, timeoutMs, command, args, env, cwd } = check(stdioSchema, entry, fail)
    if (disabled) return null
    const shared = { name, allowedTools: tools ?? null, trusted, timeoutMs }
    return { kind: 'stdio', ...shared, command, args: args.map(fill), env: fillAll(env), cwd: cwd ?? null }
  }
  const { disabled, tools, trusted, timeoutMs, headers, allowInsecure, ...rest } = check(httpSchema, entry, fail)
  if (disabled) return null
  const url = toUrl(fill(rest.url), allowInsecure, (message) => fail(`.url: ${message}`))
  return { kind: 'http', name, allowedTools: tools ?? null, trusted, timeoutMs, url, headers: fillAll(headers) }
}

type Environment = Readonly<Record<string, string | undefined>>
type Fail = (message: string) => McpConfigError

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) throw new McpConfigError(`MCP_SERVERS: ${path} is not JSON`)
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new McpConfigError(`MCP_SERVERS: ${path} cannot be read (${code})`)
  }
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, fail: Fail): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = (issue?.path ?? []).map(String).join('.')
  throw fail(`${where === '' ? '' : `.${where}`}: ${issue?.message ?? 'is not valid'}`)
}

function fillIn(text: string, environment: Environment, fail: Fail): string {
  return text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/gu, (_match, name: string) => {
    const value = environment[name]
    if (value === undefined || value.trim() === '') throw fail(`: the variable ${name} is not set`)
    return value
  })
}

const loopbackNames = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u

/** Tokens and data in the open are for this machine only, unless the operator says otherwise. */
function toUrl(text: string, allowInsecure: boolean, fail: Fail): URL {
  const url = URL.parse(text)
  if (!url || !/^https?:$/u.test(url.protocol)) throw fail('must be an http:// or https:// address')
  if (url.username !== '' || url.password !== '') throw fail('must not hold a password; in the file of MCP_SERVERS, set a header')
  if (url.protocol === 'https:' || loopbackNames.test(url.hostname) || allowInsecure) return url
  throw fail('must be https:// unless it is on this machine; in the file of MCP_SERVERS, "allowInsecure": true permits it')
}
