import type { Json } from '@holdfast/shared'
import type { OfferedTool, ToolBox, ToolOutcome } from '../generation/tool-box.ts'
import type { Logger } from '../logger.ts'
import type { McpTool } from '../mcp/mcp-catalogue.ts'
import type { McpServers } from '../mcp/mcp-servers.ts'
import { runOwnTool } from './run-own-tool.ts'
import { argumentsToObject } from './tool-arguments.ts'
import { issuesToMessage, type ToolRegistry } from './tool-registry.ts'
import type { Tool } from './tool.ts'

/**
 * The tools that answers may use: our own, each in the transaction that also ends its row in the ledger, and those of other servers,
 * which the ledger surrounds.
 */
export function createToolBox(deps: {
  readonly logger: Logger
  readonly registry: ToolRegistry
  readonly mcpServers: Pick<McpServers, 'list' | 'get' | 'call'>
}): ToolBox {
  const { registry, mcpServers } = deps
  const own = registry.list().map(ownToOffered)
  return {
    offer: async () => [...own, ...(await mcpServers.list()).map(otherToOffered)],
    parse: (name, args) => {
      const tool = registry.get(name)
      if (tool) return parseOwn(tool, args)
      return mcpServers.get(name) ? parseObject(args) : notThere(name)
    },
    runInside: async (unit, context, name, args): Promise<ToolOutcome> => {
      const outcome = await runOwnTool(deps, { ...context, unit }, { name, args })
      return outcome.ok ? { result: outcome.result } : { error: outcome.message }
    },
    runOutside: (_context, name, args, signal) => mcpServers.call(name, { ...args }, signal),
    ask: async (unit, context, name, args) => {
      const other = mcpServers.get(name)
      if (other) return `Let the server ${other.server} run ${other.definition.name}?`
      return registry.describeTool({ ...context, unit }, { name, args })
    },
  }
}

function ownToOffered({ name, description, parameters, destructive, readOnly }: Tool): OfferedTool {
  return { name, description, parameters, needsApproval: destructive, external: false, idempotent: readOnly }
}

function otherToOffered({ name, description, parameters, needsApproval, idempotent }: McpTool): OfferedTool {
  return { name, description, parameters, needsApproval, external: true, idempotent }
}

function parseOwn(tool: Tool, args: string): ReturnType<ToolBox['parse']> {
  const prepared = tool.prepare(args)
  if (!prepared.ok) return { error: issuesToMessage(prepared.issues) }
  return { args: argumentsToObject(args, tool.input) as Json }
}

/** What is in the arguments of another server's tool is that server's business. */
function parseObject(args: string): ReturnType<ToolBox['parse']> {
  const value = args.trim() === '' ? {} : readJson(args)
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? { args: value } : { error: 'invalid_arguments: an object is needed, as JSON' }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function notThere(name: string): { error: string } {
  return { error: `there is no tool named ${name}` }
}
