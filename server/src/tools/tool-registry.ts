import type { Issue, Json } from '@holdfast/shared'
import { errorToCode } from '../platform/error-codes.ts'
import type { Logger } from '../platform/logger.ts'
import type { ModelTool } from '../models/model.ts'
import { Refusal } from '../platform/refusal.ts'
import type { Clock } from '../platform/clock.ts'
import { withDeadline, withSignal } from '../platform/with-deadline.ts'
import { isMismatch, type Tool } from './tool.ts'
import type { ExternalToolContext, OwnToolContext, ToolCallContext } from './tool-context.ts'
import { DefinitionError } from './tool-definition.ts'
import { isToolError } from './tool-error.ts'
import type { ToolOutcome } from './tool-runner.ts'
import { createSql } from './tool-sql.ts'

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
  /**
   * Validates and runs a call of an external tool. `unknown`: it threw, took too long or was stopped, and may have happened. Never rejects.
   */
  readonly runOutside: (context: ExternalToolContext, call: ToolCallInput) => Promise<ToolOutcome | { readonly unknown: string }>
  /** The question to a person before a call. Null: there is nothing to ask about, because running it will only give an error. */
  readonly describeTool: (context: ToolCallContext, call: ToolCallInput) => Promise<string | null>
}

interface RegistryDeps {
  readonly logger: Logger
  readonly clock: Clock
}

/** A tool that works on the database holds a connection meanwhile, of which the embedded one has one. */
const insideMs = 10_000

/** @throws DefinitionError when two tools have the same name */
export function createToolRegistry(deps: RegistryDeps, tools: readonly Tool[]): ToolRegistry {
  const toolsByName = new Map(tools.map((tool) => [tool.name, tool]))
  const double = tools.find((tool, index) => tools.findIndex(({ name }) => name === tool.name) !== index)
  if (double) throw new DefinitionError(`The tool ${double.name}: name: another tool has the same name`)

  return {
    list: () => tools,
    get: (name) => toolsByName.get(name),
    toModelTools: () => tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
    runTool: (context, call) => attempt(deps, context, toolsByName.get(call.name), call),
    runOutside: (context, call) => attemptOutside(deps, context, toolsByName.get(call.name), call),
    describeTool: async (context, call) => {
      const prepared = toolsByName.get(call.name)?.prepare(call.args)
      if (!prepared?.ok) return null
      try {
        return await prepared.describe(toOwnContext(deps, context, context.unit, () => false))
      } catch (error) {
        if (error instanceof Refusal || isToolError(error)) return null
        throw error
      }
    },
  }
}

async function attempt(
  deps: RegistryDeps,
  context: ToolCallContext,
  tool: Tool | undefined,
  call: ToolCallInput,
): Promise<ToolRunResult> {
  if (!tool) return failure(`There is no tool named ${call.name.slice(0, 64)}`)
  const { unit } = context
  const told: (() => void)[] = []
  let isOver = false
  try {
    const prepared = tool.prepare(call.args)
    if (!prepared.ok) return invalid(prepared.issues)
    const result = await unit.tx.transaction(async (tx) => {
      // Notices belong to the writes: a tool that throws has neither written nor notified.
      const inside = {
        tx,
        notify: (userId, item) => told.push(() => unit.notify(userId, item)),
        afterCommit: (action) => told.push(() => unit.afterCommit(action)),
      } satisfies ToolCallContext['unit']
      try {
        return await withDeadline(prepared.run(toOwnContext(deps, context, inside, () => isOver)), insideMs)
      } finally {
        isOver = true
      }
    })
    for (const tell of told) tell()
    return { ok: true, result }
  } catch (error) {
    if (isToolError(error)) return failure(error.message)
    if (error instanceof Refusal) return error.issues ? invalid(error.issues) : failure(error.message)
    if (breaksTransaction(error)) throw error
    logFailure(deps, tool, error)
    return failure(isMismatch(error) ? `${mismatch} Nothing was changed.` : 'The tool failed. Nothing was changed.')
  }
}

const mismatch = 'The tool gave a result that does not fit its description.'

function toOwnContext(
  { logger, clock }: RegistryDeps,
  context: ToolCallContext,
  unit: ToolCallContext['unit'],
  isOver: () => boolean,
): OwnToolContext {
  return {
    ...context,
    signal: context.signal ?? new AbortController().signal,
    clock,
    logger,
    unit,
    sql: createSql(unit.tx, isOver),
  }
}

async function attemptOutside(
  deps: RegistryDeps,
  context: ExternalToolContext,
  tool: Tool | undefined,
  call: ToolCallInput,
): Promise<ToolOutcome | { readonly unknown: string }> {
  if (!tool) return { error: `there is no tool named ${call.name.slice(0, 64)}` }
  try {
    const prepared = tool.prepare(call.args)
    if (!prepared.ok) return { error: issuesToMessage(prepared.issues) }
    const late = AbortSignal.timeout(tool.timeoutMs)
    const signal = AbortSignal.any([context.signal, late])
    const result = await withSignal(prepared.runOutside({ ...context, signal }), signal)
    return { result }
  } catch (error) {
    if (isToolError(error)) return { error: error.message }
    if (context.signal.aborted) return { unknown: 'The answer was stopped while it ran.' }
    logFailure(deps, tool, error)
    if (isMismatch(error)) return { error: `It ran. ${mismatch}` }
    return { unknown: 'The tool failed while it ran.' }
  }
}

function logFailure({ logger }: RegistryDeps, { name }: Tool, err: unknown): void {
  logger.error({ event: 'tool-failed', name, err }, 'a tool threw, or gave what does not fit its schema')
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
