import type { Issue, Json } from '@holdfast/shared'
import { errorToCode } from '../platform/error-codes.ts'
import type { Logger } from '../platform/logger.ts'
import type { ModelTool } from '../models/model.ts'
import { Refusal } from '../platform/refusal.ts'
import type { Tool, ToolCallContext } from './tool.ts'

/** The outcome of a call. The model reads `result` in both cases. */
export type ToolRunResult =
  | { readonly ok: true; readonly result: Json }
  | {
      readonly ok: false
      /** For people: one line. */
      readonly message: string
      readonly result: { readonly error: string; readonly issues?: readonly Issue[] }
    }

export interface ToolCallInput {
  readonly name: string
  /** As parsed from what the model wrote; a string that is no JSON stays one. */
  readonly args: unknown
}

export interface ToolRegistry {
  readonly list: () => readonly Tool[]
  readonly get: (name: string) => Tool | undefined
  /** The tools that a model is offered, always in the same order: providers cache by it. */
  readonly toModelTools: () => readonly ModelTool[]
  /**
   * Validates and runs a call inside the given transaction, in a savepoint of its own: whatever goes wrong with the tool becomes an
   * outcome and leaves no trace. Throws only what makes the transaction itself useless: a lost connection, a deadlock.
   */
  readonly runTool: (context: ToolCallContext, call: ToolCallInput) => Promise<ToolRunResult>
  /** The question to a person before a call. Null: there is nothing to ask about, because running it will only give an error. */
  readonly describeTool: (context: ToolCallContext, call: ToolCallInput) => Promise<string | null>
}

/** @throws Error when two tools have the same name, or a name that providers refuse */
export function createToolRegistry(deps: { logger: Logger }, tools: readonly Tool[]): ToolRegistry {
  const { logger } = deps
  const toolsByName = new Map(tools.map((tool) => [tool.name, tool]))
  if (toolsByName.size !== tools.length) throw new Error('two tools have the same name')
  for (const { name } of tools) if (!/^[a-zA-Z0-9_-]{1,64}$/u.test(name)) throw new Error(`not a name for a tool: ${name}`)

  return {
    list: () => tools,
    get: (name) => toolsByName.get(name),
    toModelTools: () => tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
    runTool: (context, call) => attempt(deps, context, toolsByName.get(call.name), call),
    describeTool: async (context, call) => {
      const prepared = toolsByName.get(call.name)?.prepare(call.args)
      if (!prepared?.ok) return null
      try {
        return await prepared.describe({ ...context, logger })
      } catch (error) {
        if (error instanceof Refusal) return null
        throw error
      }
    },
  }
}

async function attempt(
  deps: { logger: Logger },
  context: ToolCallContext,
  tool: Tool | undefined,
  call: ToolCallInput,
): Promise<ToolRunResult> {
  if (!tool) return failure(`There is no tool named ${call.name.slice(0, 64)}`)
  const prepared = tool.prepare(call.args)
  if (!prepared.ok) return invalid(prepared.issues)
  const { unit } = context
  const told: (() => void)[] = []
  try {
    const result = await unit.tx.transaction((tx) =>
      prepared.run({
        ...context,
        logger: deps.logger,
        // Notices belong to the writes: a tool that throws has neither written nor notified.
        unit: {
          tx,
          notify: (userId, item) => told.push(() => unit.notify(userId, item)),
          afterCommit: (action) => told.push(() => unit.afterCommit(action)),
        },
      }),
    )
    for (const tell of told) tell()
    return { ok: true, result }
  } catch (error) {
    if (error instanceof Refusal) return error.issues ? invalid(error.issues) : failure(error.message)
    if (breaksTransaction(error)) throw error
    deps.logger.error({ event: 'tool-failed', name: tool.name, err: error }, 'a tool threw')
    return failure('The tool failed. Nothing was changed.')
  }
}

function failure(error: string): ToolRunResult {
  return { ok: false, message: error, result: { error } }
}

function invalid(issues: readonly Issue[]): ToolRunResult {
  return { ok: false, message: issuesToMessage(issues), result: { error: 'invalid_arguments', issues } }
}

/** The first problem of invalid arguments, in one line. */
export function issuesToMessage(issues: readonly Issue[]): string {
  return `invalid_arguments: ${issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')}`
}

/** Of the database's errors only bad data, a broken rule and a bad statement belong to the tool; the rest is the transaction's. */
function breaksTransaction(error: unknown): boolean {
  const code = errorToCode(error)
  if (code === null) return false
  const isSqlState = /^[0-9A-Z]{5}$/u.test(code)
  return !isSqlState || !/^(?:22|23|42)/u.test(code)
}
