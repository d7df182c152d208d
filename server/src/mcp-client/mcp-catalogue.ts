import { createHash } from 'node:crypto'
import type { Tool } from '@modelcontextprotocol/client'
import type { WireSchema } from '../tools/schema-to-wire.ts'
import { jsonSchemaToWire } from '../tools/json-schema-to-wire.ts'
import type { McpServerConfig } from './mcp-server-config.ts'
import { toToolName } from './tool-names.ts'

/** A tool of another server, as models and people see it. */
export interface McpTool {
  /** `mcp__<server>__<tool>`: see `toToolName`. */
  readonly name: string
  readonly server: string
  /** The server's display name of the tool. */
  readonly title: string
  /** The server's own text, shortened. It is not to be trusted. */
  readonly description: string
  readonly parameters: WireSchema
  /** All three are what the server says, and believed only when the operator trusts it. */
  readonly readOnly: boolean
  readonly idempotent: boolean
  readonly needsApproval: boolean
  /** Whether guests may use it, too. */
  readonly forGuests: boolean
  /** The server's tool that says what became of a call of this one, as the operator or a trusted server names it. */
  readonly check: string | null
  /** As the server has described it, without its output schema: a result that does not match it must not be lost. */
  readonly definition: Tool
}

/** More tools than this of one server cost more than they help; an allow-list picks them. */
export const maxToolsPerServer = 64
const maxDescriptionLength = 1_000
const maxTitleLength = 100

/**
 * The allowed ones of a server's tools by the names under which models know them, in the order of these names, so that a model is offered
 * the same text each time.
 */
export function chooseTools(config: McpServerConfig, tools: readonly Tool[]): ReadonlyMap<string, Tool> {
  const allowed = config.allowedTools === null ? null : new Set(config.allowedTools)
  const chosen = new Map<string, Tool>()
  for (const tool of tools) {
    if (allowed && !allowed.has(tool.name)) continue
    const name = toToolName(config.name, tool.name)
    if (!chosen.has(name)) chosen.set(name, tool)
  }
  return new Map([...chosen].toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(0, maxToolsPerServer))
}

/** In `_meta` of a tool's definition: the name of the tool of the same server that says what became of a call. */
export const checkMetaKey = 'holdfast/check'

/** What a change of a tool's definition changes, in hexadecimal. */
export function hashDefinition({ name, description = '', inputSchema, annotations = {}, _meta }: Tool): string {
  const check = _meta?.[checkMetaKey]
  return createHash('sha256')
    .update(JSON.stringify([name, description, inputSchema, annotations, ...(check === undefined ? [] : [check])]))
    .digest('hex')
}

/**
 * The chosen tools as models and people see them. A tool whose definition is not the one that is known asks before each call, even on a
 * trusted server: the operator trusted another definition.
 */
export function toolsToCatalogue(
  config: McpServerConfig,
  chosen: ReadonlyMap<string, Tool>,
  known: ReadonlyMap<string, string>,
): McpTool[] {
  const tools = [...chosen].map(([name, tool]) => toMcpTool(config, name, tool, known.get(name) === hashDefinition(tool)))
  // A tool that is called without being asked for only reads.
  const readers = new Set(tools.filter(({ readOnly }) => readOnly).map(({ definition }) => definition.name))
  return tools.map((tool) => ({ ...tool, check: tool.check ?? toOwnCheck(tool, readers) }))
}

/** The check that a trusted server itself names. */
function toOwnCheck({ definition }: McpTool, readers: ReadonlySet<string>): string | null {
  const named = definition._meta?.[checkMetaKey]
  return typeof named === 'string' && readers.has(named) ? named : null
}

function toMcpTool(config: McpServerConfig, name: string, tool: Tool, isKnown: boolean): McpTool {
  const { outputSchema: _, ...definition } = tool
  const { annotations = {}, description = '' } = tool
  const isTrusted = config.trusted && isKnown
  const readOnly = isTrusted && annotations.readOnlyHint === true
  return {
    name,
    server: config.name,
    title: (tool.title ?? annotations.title ?? tool.name).slice(0, maxTitleLength),
    description: (description.trim() === '' ? `The tool ${tool.name} of the server ${config.name}.` : description).slice(
      0,
      maxDescriptionLength,
    ),
    parameters: jsonSchemaToWire(tool.inputSchema),
    readOnly,
    idempotent: readOnly || (isTrusted && annotations.idempotentHint === true),
    needsApproval: !readOnly,
    forGuests: config.guests !== false,
    check: toCheck(config, tool.name),
    definition,
  }
}

/** The check that the operator names. A tool that checks is not checked itself. */
function toCheck({ check = {} }: McpServerConfig, tool: string): string | null {
  const named = typeof check === 'string' ? check : check[tool]
  return named === undefined || named === tool ? null : named
}
