import { jsonSchema, type Id } from '@holdfast/shared'
import { v5 as uuidv5 } from 'uuid'
import { z } from 'zod'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../log/unit-of-work.ts'
import { doOnce } from '../messages/idempotent-request.ts'
import type { Logger } from '../logger.ts'
import { runOwnTool } from '../tools/run-own-tool.ts'
import type { ToolOutcome, ToolRegistry } from '../tools/tool-registry.ts'
import type { Tool } from '../tools/tool.ts'

/** Any namespace of our own: keys of MCP clients never meet the request ids of others. */
const keyNamespace = '6f1c8e0a-3f0b-5f0e-9c55-1f6a6f0d7a11'

const outcomeSchema = z.union([
  z.object({ ok: z.literal(true), result: jsonSchema }),
  z.object({ ok: z.literal(false), message: z.string(), result: z.looseObject({ error: z.string() }) }),
])

export interface OwnToolCall {
  readonly userId: Id
  readonly tool: Tool
  readonly args: Readonly<Record<string, unknown>>
  /** The same key again gives the answer of the first call, and nothing happens twice. */
  readonly idempotencyKey: string | null
  readonly utcOffsetMinutes: number
}

/** Runs one of our tools for somebody who calls it from outside of a conversation, in a transaction of its own. */
export function callOwnTool(
  deps: UnitOfWorkDeps & { registry: ToolRegistry; logger: Logger },
  call: OwnToolCall,
): Promise<ToolOutcome> {
  const { userId, tool, args, idempotencyKey, utcOffsetMinutes } = call
  const now = deps.clock.now()
  const run = (unit: UnitOfWork) =>
    runOwnTool(deps, { unit, userId, now, utcOffsetMinutes, messageId: null, conversationId: null }, { name: tool.name, args })
  return transact(deps, (unit) => {
    if (idempotencyKey === null || tool.readOnly) return run(unit)
    const body = Object.fromEntries(Object.entries(args).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    const requestId = uuidv5(idempotencyKey, keyNamespace)
    const request = { userId, requestId, procedure: `mcp ${tool.name}`, body, now }
    return doOnce(unit.tx, request, outcomeSchema, () => run(unit)) as Promise<ToolOutcome>
  })
}
