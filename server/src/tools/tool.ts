import { jsonSchema, type Issue, type Json } from '@holdfast/shared'
import type { z } from 'zod'
import { argumentsToObject } from './tool-arguments.ts'
import type { ExternalToolContext, OwnToolContext, ToolContext } from './tool-context.ts'
import { checkToolDefinition, type ExternalToolDefinition, type TransactionToolDefinition } from './tool-definition.ts'
import { toParameters } from './tool-schema.ts'
import type { WireSchema } from './schema-to-wire.ts'

/** A call whose arguments are valid, or what is wrong with them. */
export type PreparedCall =
  | {
      readonly ok: true
      /** In the transaction of the context. For tools of that kind alone. @throws ResultMismatchError, and what the tool throws */
      readonly run: (context: OwnToolContext) => Promise<Json>
      /** For external tools alone. @throws as `run` does */
      readonly runOutside: (context: ExternalToolContext) => Promise<Json>
      /** The approval question. Null: nobody has to be asked. */
      readonly describe: (context: OwnToolContext) => Promise<string | null>
    }
  | { readonly ok: false; readonly issues: readonly Issue[] }

/** A tool whose arguments have not been checked yet. */
export interface Tool {
  readonly name: string
  readonly description: string
  readonly input: z.ZodObject
  readonly effect: 'transaction' | 'external'
  /** `depends`: on the arguments. */
  readonly approval: 'never' | 'always' | 'depends'
  readonly readOnly: boolean
  /** Running it twice with the same key is harmless. */
  readonly repeatable: boolean
  readonly timeoutMs: number
  /** The arguments as a JSON schema that every provider accepts. */
  readonly parameters: WireSchema
  readonly prepare: (args: unknown) => PreparedCall
}

/** A tool gave something that does not fit its schema. */
class ResultMismatchError extends Error {
  override readonly name = 'ResultMismatchError'
}

/** By its name, as a {@link ToolError} is. */
export function isMismatch(error: unknown): boolean {
  return error instanceof Error && error.name === 'ResultMismatchError'
}

type AnyDefinition<Input extends z.ZodObject, Output extends z.ZodType> =
  | TransactionToolDefinition<Input, Output, OwnToolContext>
  | ExternalToolDefinition<Input, Output>

const defaultTimeoutMs = 60_000

/** @throws DefinitionError */
export function createTool<Input extends z.ZodObject, Output extends z.ZodType = typeof jsonSchema>(
  definition: AnyDefinition<Input, Output>,
): Tool {
  checkToolDefinition(definition)
  const { name, description, input, effect, approval = 'never', readOnly = false } = definition
  return {
    name,
    description,
    input,
    effect,
    approval: typeof approval === 'function' ? 'depends' : approval,
    readOnly,
    repeatable: readOnly || (definition.effect === 'external' && definition.repeatable === true),
    timeoutMs: (definition.effect === 'external' ? definition.timeoutMs : undefined) ?? defaultTimeoutMs,
    parameters: toParameters(name, input),
    prepare: (args) => {
      const parsed = input.safeParse(argumentsToObject(args, input))
      if (!parsed.success) return { ok: false, issues: parsed.error.issues.map(toIssue) }
      const { data } = parsed
      const isExempt = typeof approval === 'function' && !approval(data)
      return {
        ok: true,
        run: async (context) => {
          if (definition.effect !== 'transaction') throw new Error(`the tool ${name} does not run in a transaction`)
          return toResult(definition.output, await definition.run(data, context))
        },
        runOutside: async (context) => {
          if (definition.effect !== 'external') throw new Error(`the tool ${name} runs in a transaction only`)
          return toResult(definition.output, await definition.run(data, context))
        },
        describe: async (context) => (isExempt ? null : askQuestion(definition, data, context)),
      }
    },
  }
}

function askQuestion<Input extends z.ZodObject, Output extends z.ZodType>(
  { question, name }: AnyDefinition<Input, Output>,
  args: z.output<Input>,
  context: OwnToolContext,
): string | null | Promise<string | null> {
  const ask = question as ((args: z.output<Input>, context: ToolContext) => string | null | Promise<string | null>) | undefined
  return ask ? ask(args, context) : `Run ${name}?`
}

/** Without a schema a tool gives JSON. @throws ResultMismatchError */
async function toResult(output: z.ZodType | undefined, given: unknown): Promise<Json> {
  const fitting = output === undefined ? { success: true as const, data: given } : await output.safeParseAsync(given)
  if (!fitting.success) throw new ResultMismatchError(fitting.error.message)
  // As it is stored: dates become text, and what is undefined is left out.
  const text = JSON.stringify(fitting.data ?? null) as string | undefined
  const parsed = jsonSchema.safeParse(text === undefined ? undefined : JSON.parse(text))
  if (!parsed.success) throw new ResultMismatchError('the result is not JSON')
  return parsed.data
}

function toIssue(issue: z.core.$ZodIssue): Issue {
  const path = issue.path.map(String).join('.')
  return { path, message: issue.code === 'unrecognized_keys' ? `unknown argument: ${issue.keys.join(', ')}` : issue.message }
}
