import { createHash } from 'node:crypto'
import type { Tool } from '@modelcontextprotocol/client'
import type { WireSchema } from '../tools/schema-to-wire.ts'
import { jsonSchemaToWire } from './json-schema-to-wire.ts'
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
  /** As the server has described it, without its output schema: a result that does not match it must not be lost. */
  readonly definition: Tool
}

/** More tools than this of one server cost more than they help; an allow-list picks them. */
export const maxToolsPerServer = 64
const maxDescriptionLength = 1_000
const maxTitleLength = 100

/** Remembers how each tool was described first, for as long as this process runs. */
export type KnownDefinitions = Map<string, string>

/**
 * The allowed ones of a server's tools, in the order of their names, so that a model is offered the same text each time.
 *
 * A tool whose description or arguments have changed since it was first seen asks before each call, even on a trusted server:
 * users agreed to another definition.
 */
export function toolsToCatalogue(config: McpServerConfig, tools: readonly Tool[], known: KnownDefinitions): McpTool[] {
  const allowed = config.allowedTools === null ? null : new Set(config.allowedTools)
  const catalogue = new Map<string, McpTool>()
  for (const tool of tools) {
    if (allowed && !allowed.has(tool.name)) continue
    const item = toMcpTool(config, tool, known)
    if (!catalogue.has(item.name)) catalogue.set(item.name, item)
  }
  return [...catalogue.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)).slice(0, maxToolsPerServer)
}

function toMcpTool(config: McpServerConfig, tool: Tool, known: KnownDefinitions): McpTool {
  const { outputSchema: _, ...definition } = tool
  const { annotations = {}, description = '' } = tool
  const name = toToolName(config.name, tool.name)
  const hash = createHash('sha256')
    .update(JSON.stringify([tool.name, description, tool.inputSchema, annotations]))
    .digest('hex')
  if (!known.has(name)) known.set(name, hash)
  const isTrusted = config.trusted && known.get(name) === hash
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
    definition,
  }
}
