import { z } from 'zod'
import { checkSetting, fillIn, parseHttpUrl, readJsonFile, type Environment, type Fail } from '../platform/settings-file.ts'

/** A server of tools that the operator has set up. Users cannot add any: a command is code that runs here. */
export type McpServerConfig = HttpServerConfig | StdioServerConfig

interface CommonConfig {
  /** Part of its tools' names. */
  readonly name: string
  /** The names that may be used, as the server calls them. Null: all. */
  readonly allowedTools: readonly string[] | null
  /** Whether the server's claims about its tools (read-only, idempotent) are believed. */
  readonly trusted: boolean
  /** Which definitions of its tools the operator trusts: those that are seen first under this word. Absent: the empty one. */
  readonly revision?: string
  /** Whether guests may use its tools. Absent: where the server is for this machine only. */
  readonly guests?: boolean
  /** Its tool that says what became of a call: one for all of its tools, or by the tool that it checks. Absent: the server may name one. */
  readonly check?: string | Readonly<Record<string, string>>
  /** The time limit of one call. A task has no such limit. */
  readonly timeoutMs: number
  /** The time limit for connecting, including the start of its program. Absent: the default of its kind applies. */
  readonly connectMs?: number
  /** Keys of other programs that stand in the file and mean nothing here. */
  readonly ignoredKeys?: readonly string[]
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

/** An invalid setting: one line that names the variable. */
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
  revision: z.string().max(100).optional(),
  guests: z.boolean().optional(),
  check: z.union([z.string().min(1), z.record(z.string(), z.string().min(1))]).optional(),
  timeoutMs: z.number().int().min(100).max(600_000).default(60_000),
  connectMs: z.number().int().min(100).max(600_000).optional(),
}
/** Keys that other programs write into the same file. Other unknown keys are refused: they may be misspelt. */
const foreignKeys = [
  'alwaysAllow',
  'autoApprove',
  'description',
  'icon',
  'id',
  'name',
  'timeout',
  'transport',
  'version',
] as const
const foreign = Object.fromEntries(foreignKeys.map((key) => [key, z.unknown().optional()]))
const texts = z.record(z.string(), z.string()).default({})
const httpSchema = z.strictObject({
  ...foreign,
  ...common,
  type: z.enum(['http', 'streamable-http']).optional(),
  url: z.string(),
  headers: texts,
  allowInsecure: z.boolean().default(false),
})
const stdioSchema = z.strictObject({
  ...foreign,
  ...common,
  type: z.literal('stdio').optional(),
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: texts,
  cwd: z.string().optional(),
})
const fileSchema = z.strictObject({
  $schema: z.unknown().optional(),
  inputs: z.unknown().optional(),
  mcpServers: z.record(z.string(), z.looseObject({})),
})

/**
 * The servers of the file that `MCP_SERVERS` names, `{ "mcpServers": { "<name>": … } }` as in other programs, and the one at
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
  const failFile: Fail = (message) => new McpConfigError(`MCP_SERVERS: ${path} ${message}`)
  const file = checkEntry(fileSchema, readJsonFile(path, failFile), fail)
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
  const fill = (text: string) => fillIn(text, environment, (message) => fail(`: ${message}`))
  const fillAll = (record: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, fill(value)]))
  if ('command' in entry) {
    const { disabled, tools, trusted, timeoutMs, command, args, env, cwd, ...more } = checkEntry(stdioSchema, entry, fail)
    if (disabled) return null
    const shared = { name, allowedTools: tools ?? null, trusted, timeoutMs, ...toExtras(entry, more) }
    return { kind: 'stdio', ...shared, command, args: args.map(fill), env: fillAll(env), cwd: cwd ?? null }
  }
  const { disabled, tools, trusted, timeoutMs, headers, allowInsecure, ...rest } = checkEntry(httpSchema, entry, fail)
  if (disabled) return null
  const url = toUrl(fill(rest.url), allowInsecure, (message) => fail(`.url: ${message}`))
  const shared = { name, allowedTools: tools ?? null, trusted, timeoutMs, ...toExtras(entry, rest) }
  return { kind: 'http', ...shared, url, headers: fillAll(headers) }
}

type Extras = Pick<CommonConfig, 'connectMs' | 'guests' | 'revision' | 'check' | 'ignoredKeys'>

function toExtras(
  entry: object,
  { connectMs, guests, revision, check }: { readonly [Key in keyof Extras]: Extras[Key] | undefined },
): Extras {
  const ignoredKeys = foreignKeys.filter((key) => key in entry)
  return {
    ...(connectMs === undefined ? {} : { connectMs }),
    ...(guests === undefined ? {} : { guests }),
    ...(revision === undefined ? {} : { revision }),
    ...(check === undefined ? {} : { check }),
    ...(ignoredKeys.length === 0 ? {} : { ignoredKeys }),
  }
}

function checkEntry<Schema extends z.ZodType>(schema: Schema, value: unknown, fail: Fail): z.output<Schema> {
  return checkSetting(schema, value, (path, message) => fail(`${path === '' ? '' : `.${path}`}: ${message}`))
}

const loopbackNames = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u

/** Tokens and data in the open are for this machine only, unless the operator says otherwise. */
function toUrl(text: string, allowInsecure: boolean, fail: Fail): URL {
  const url = parseHttpUrl(text, 'in the file of MCP_SERVERS, set a header', fail)
  if (url.protocol === 'https:' || loopbackNames.test(url.hostname) || allowInsecure) return url
  throw fail('must be https:// unless it is on this machine; in the file of MCP_SERVERS, "allowInsecure": true permits it')
}
