import type { Id, Json } from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import type { OfferedTool, ToolRunner, ToolOutcome } from '../tools/tool-runner.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/logger.ts'
import { checkSchema } from '../mcp-client/check-schema.ts'
import type { McpTool } from '../mcp-client/mcp-catalogue.ts'
import type { McpConnections } from '../mcp-client/mcp-connections.ts'
import { runOwnTool } from '../tools/run-own-tool.ts'
import { argumentsToObject, readArguments } from '../tools/tool-arguments.ts'
import { issuesToMessage, type ToolRegistry } from '../tools/tool-registry.ts'
import type { Tool } from '../tools/tool.ts'

/**
 * The tools that answers may use: our own and those of a developer, which run in the transaction that also ends their row in the ledger, or,
 * like those of other servers, with the ledger around them.
 */
export function createToolRunner(deps: {
  readonly logger: Logger
  readonly clock: Clock
  readonly registry: ToolRegistry
  readonly mcpConnections: Pick<McpConnections, 'list' | 'get' | 'call' | 'probe' | 'abandon'>
  readonly isGuest: (userId: Id) => Promise<boolean>
}): ToolRunner {
  const { registry, mcpConnections } = deps
  const own = registry.list().map(ownToOffered)
  const mayUse = async (userId: Id, { forGuests }: McpTool) => forGuests || !(await deps.isGuest(userId))
  return {
    offer: async (userId) => {
      const others = await mcpConnections.list()
      const isGuest = others.some(({ forGuests }) => !forGuests) && (await deps.isGuest(userId))
      return [...own, ...others.filter(({ forGuests }) => forGuests || !isGuest).map(otherToOffered)]
    },
    parse: (name, args) => {
      const tool = registry.get(name)
      if (tool) return parseOwn(tool, args)
      return mcpConnections.get(name) ? parseObject(args) : notThere(name)
    },
    runInside: async (unit, context, name, args): Promise<ToolOutcome> => {
      const outcome = await runOwnTool(deps, { ...context, unit }, { name, args })
      return outcome.ok ? { result: outcome.result } : { error: outcome.message }
    },
    runOutside: async (caller, name, args, signal, options) => {
      const { userId } = caller
      if (registry.get(name)) {
        const { conversationId, messageId, utcOffsetMinutes } = caller
        const { clock } = deps
        const idempotencyKey = options?.key ?? uuidv7()
        const context = { userId, conversationId, messageId, utcOffsetMinutes, clock, signal, idempotencyKey }
        return registry.runOutside(context, { name, args })
      }
      const tool = mcpConnections.get(name)
      if (tool && !(await mayUse(userId, tool))) return notThere(name)
      return mcpConnections.call(name, { ...args }, signal, options)
    },
    probeOutside: (name, key, signal) => mcpConnections.probe(name, key, signal),
    abandon: (name, key, remote) => mcpConnections.abandon(name, key, remote),
    validate: (name, args) => {
      const tool = registry.get(name)
      if (tool) {
        const prepared = tool.prepare(args)
        return prepared.ok ? [] : prepared.issues
      }
      const other = mcpConnections.get(name)
      if (!other) return null
      const fault = checkSchema(other.definition.inputSchema, args)
      return fault === null ? [] : [{ path: '', message: fault }]
    },
    ask: async (unit, context, name, args) => {
      const other = mcpConnections.get(name)
      if (other && !(await mayUse(context.userId, other))) return null
      if (other) return `Let the server ${other.server} run ${other.definition.name}?`
      return registry.describeTool({ ...context, unit }, { name, args })
    },
  }
}

function ownToOffered({ name, description, parameters, approval, effect, repeatable }: Tool): OfferedTool {
  const external = effect === 'external'
  return { name, description, parameters, needsApproval: approval !== 'never', external, idempotent: repeatable }
}

function otherToOffered({ name, description, parameters, needsApproval, idempotent }: McpTool): OfferedTool {
  return { name, description, parameters, needsApproval, external: true, idempotent }
}

function parseOwn(tool: Tool, args: string): ReturnType<ToolRunner['parse']> {
  const prepared = tool.prepare(args)
  if (!prepared.ok) return { error: issuesToMessage(prepared.issues) }
  return { args: argumentsToObject(args, tool.input) as Json }
}

/** Arguments of another server's tool are validated by that server. */
function parseObject(args: string): ReturnType<ToolRunner['parse']> {
  const value = readArguments(args)
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? { args: value } : { error: 'invalid_arguments: an object is needed, as JSON' }
}

function notThere(name: string): { error: string } {
  return { error: `there is no tool named ${name}` }
}
