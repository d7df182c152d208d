import { messagesSendInput, type Id } from '@holdfast/shared'
import { McpServer, type CallToolResult, type StandardSchemaWithJSON, type ToolAnnotations } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Audit } from '../audit/open-audit.ts'
import type { UnitOfWorkDeps } from '../event-log/unit-of-work.ts'
import type { Logger } from '../platform/logger.ts'
import { Refusal } from '../platform/refusal.ts'
import { version } from '../platform/version.ts'
import type { ToolRunResult, ToolRegistry } from '../tools/tool-registry.ts'
import { toolToTitle } from '../tools/tool-title.ts'
import type { Tool } from '../tools/tool.ts'
import { callOwnTool } from './call-own-tool.ts'

export interface McpServerDeps extends UnitOfWorkDeps {
  readonly registry: ToolRegistry
  readonly logger: Logger
  readonly audit: Audit
}

const instructions =
  'The goals, milestones and tasks of one person, the same that the assistant in Holdfast works on. Find the id of an item with a list ' +
  'tool before you change it. Dates are YYYY-MM-DD.'

/** `_meta` of a call: a key that makes repeats harmless, and the user's time zone. Other fields are ignored. */
const metaSchema = z.object({
  'holdfast/idempotencyKey': z.string().min(1).max(200).optional().catch(undefined),
  'holdfast/utcOffsetMinutes': messagesSendInput.shape.utcOffsetMinutes.catch(undefined),
})

/** Our tools for one request. The user comes from the token alone; the address is that of the client, for the audit log. */
export function createMcpServer(deps: McpServerDeps, userId: Id, address: string | null): McpServer {
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
            address,
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

/** Publishes the schema that the registry validates with. Validation is left to the registry, so that MCP clients get the same errors as models. */
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
  const { readOnly, approval, name } = tool
  return {
    title: toolToTitle(tool),
    readOnlyHint: readOnly,
    destructiveHint: approval !== 'never',
    // Creating adds another item each time; repeating any other tool changes nothing more.
    idempotentHint: !/^(?:add|create)_/u.test(name),
    openWorldHint: false,
  }
}

function outcomeToResult(outcome: ToolRunResult): CallToolResult {
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
