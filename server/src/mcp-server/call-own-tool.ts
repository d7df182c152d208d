import { hashArguments } from '../generation/store/audit-tool-call.ts'
import { jsonSchema, type Id } from '@holdfast/shared'
import { v5 as uuidv5 } from 'uuid'
import { z } from 'zod'
import type { Audit } from '../audit/open-audit.ts'
import { toCanonicalJson } from '../audit/canonical-json.ts'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../event-log/unit-of-work.ts'
import { doOnce } from '../conversation-store/idempotent-request.ts'
import type { Logger } from '../platform/logger.ts'
import { runOwnTool } from '../tools/run-own-tool.ts'
import type { ToolRunResult, ToolRegistry } from '../tools/tool-registry.ts'
import type { Tool } from '../tools/tool.ts'

/** A fixed namespace that keeps the keys of MCP clients apart from other request ids. */
const keyNamespace = '6f1c8e0a-3f0b-5f0e-9c55-1f6a6f0d7a11'

const outcomeSchema = z.union([
  z.object({ ok: z.literal(true), result: jsonSchema }),
  z.object({ ok: z.literal(false), message: z.string(), result: z.looseObject({ error: z.string() }) }),
])

export interface OwnToolCall {
  readonly userId: Id
  readonly tool: Tool
  readonly args: Readonly<Record<string, unknown>>
  /** A repeat with the same key gives the answer of the first call. */
  readonly idempotencyKey: string | null
  readonly utcOffsetMinutes: number
  /** Of the client. */
  readonly address: string | null
}

/** Runs one of our tools for a caller outside a conversation, in a transaction of its own. */
export function callOwnTool(
  deps: UnitOfWorkDeps & { registry: ToolRegistry; logger: Logger; audit: Pick<Audit, 'record'> },
  call: OwnToolCall,
): Promise<ToolRunResult> {
  const { userId, tool, args, idempotencyKey, utcOffsetMinutes, address } = call
  const now = deps.clock.now()
  const run = async (unit: UnitOfWork) => {
    const caller = { unit, userId, now, utcOffsetMinutes, messageId: null, conversationId: null }
    const result = await runOwnTool(deps, caller, { name: tool.name, args })
    const argumentsHash = hashArguments(toCanonicalJson(args))
    const details = { tool: tool.name, outcome: result.ok ? 'done' : 'failed', by: 'mcp', argumentsHash }
    await deps.audit.record(unit.tx, { action: 'tool.called', actorId: userId, address, details })
    return result
  }
  return transact(deps, (unit) => {
    if (idempotencyKey === null || tool.readOnly) return run(unit)
    const body = Object.fromEntries(Object.entries(args).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    const requestId = uuidv5(idempotencyKey, keyNamespace)
    const request = { userId, requestId, procedure: `mcp ${tool.name}`, body, now }
    return doOnce(unit.tx, request, outcomeSchema, () => run(unit)) as Promise<ToolRunResult>
  })
}
