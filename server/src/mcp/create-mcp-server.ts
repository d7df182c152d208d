import type { Id } from '@holdfast/shared'
import { McpServer, type CallToolResult, type StandardSchemaWithJSON, type ToolAnnotations } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { UnitOfWorkDeps } from '../log/unit-of-work.ts'
import type { Logger } from '../logger.ts'
import { Refusal } from '../refusal.ts'
import { version } from '../system/version.ts'
import type { ToolOutcome, ToolRegistry } from '../tools/tool-registry.ts'
import { toolToTitle } from '../tools/tool-title.ts'
import type { Tool } from '../tools/tool.ts'
import { callOwnTool } from './call-own-tool.ts'

export interface McpServerDeps extends UnitOfWorkDeps {
  readonly registry: ToolRegistry
  readonly logger: Logger
}

const instructions =
  'The goals, milestones and tasks of one person, the same that the assistant in Holdfast works on. Find the id of a thing with a list ' +
  'tool before you change it. Dates are YYYY-MM-DD.'

/** In `_meta` of a call: what makes a repeat harmless, and where the person is. Anything else there is ignored. */
const metaSchema = z.object({
  'holdfast/idempotencyKey': z.string().min(1).max(200).optional().catch(undefined),
  'holdfast/utcOffsetMinutes': z.number().int().min(-840).max(840).optional().catch(undefined),
})

/** Our tools for one request of one user. Whose data they touch comes from the token alone. */
export function createMcpServer(deps: McpServerDeps, userId: Id): McpServer {
  const server = new McpServer(
    { name: 'holdfast', title: 'Holdfast', version },
    { instructions, capabilities: { tools: { listChanged: false } } },
  )
  for (const tool of deps.registry.list()) {
    server.registerTool(
      tool.name,
      {
        title: toolToTitle(tool),
        description: tool.description,
        inputSchema: toInputSchema(tool),
        annotations: toolToAnnotations(tool),
      },
      async (args, { mcpReq }) => {
        const meta = metaSchema.safeParse(mcpReq._meta ?? {})
        try {
          const outcome = await callOwnTool(deps, {
            userId,
            tool,
            args,
            idempotencyKey: meta.data?.['holdfast/idempotencyKey'] ?? null,
            utcOffsetMinutes: meta.data?.['holdfast/utcOffsetMinutes'] ?? 0,
          })
          return outcomeToResult(outcome)
        } catch (error) {
          if (error instanceof Refusal) return toErrorResult({ error: error.message })
          deps.logger.error({ event: 'mcp-tool-failed', name: tool.name, err: error }, 'a tool failed')
          return toErrorResult({ error: 'Something went wrong on the server. Nothing was changed.' })
        }
      },
    )
  }
  return server
}

const schemasByTool = new WeakMap<Tool, Record<string, unknown>>()

/** Clients read the same schema that checks; the check itself is the registry's, as for models, so that both hear the same words. */
function toInputSchema(tool: Tool): StandardSchemaWithJSON<Record<string, unknown>, Record<string, unknown>> {
  const schema = schemasByTool.get(tool) ?? z.toJSONSchema(tool.input, { io: 'input' })
  schemasByTool.set(tool, schema)
  return {
    '~standard': {
      version: 1,
      vendor: 'holdfast',
      validate: (value) => ({ value: { ...(value as Record<string, unknown>) } }),
      jsonSchema: { input: () => schema, output: () => schema },
    },
  }
}

function toolToAnnotations(tool: Tool): ToolAnnotations {
  const { readOnly, destructive, name } = tool
  return {
    title: toolToTitle(tool),
    readOnlyHint: readOnly,
    destructiveHint: destructive,
    // What creates makes another one each time; to change, complete or delete again changes nothing more.
    idempotentHint: !/^(?:add|create)_/u.test(name),
    openWorldHint: false,
  }
}

function outcomeToResult(outcome: ToolOutcome): CallToolResult {
  if (!outcome.ok) return toErrorResult(outcome.result)
  const { result } = outcome
  const isObject = typeof result === 'object' && result !== null && !Array.isArray(result)
  return {
    content: [{ type: 'text', text: JSON.stringify(result) }],
    ...(isObject ? { structuredContent: { ...result } } : {}),
  }
}

function toErrorResult(result: { readonly error: string }): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(result) }], isError: true }
}
