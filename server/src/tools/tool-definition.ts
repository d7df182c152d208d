import { z } from 'zod'
import { StartError } from '../platform/start-error.ts'
import type { ExternalToolContext, ToolContext, TransactionToolContext } from './tool-context.ts'

/** What a tool gives: the input of its output schema, which then fits it, or any JSON. */
export type ToolOutput<Output extends z.ZodType> = z.input<Output> | Promise<z.input<Output>>

interface Definition<Input extends z.ZodObject, Output extends z.ZodType, Context> {
  /** At most 64 letters, digits, `_` and `-`. */
  readonly name: string
  /** For the model: when to use it and what it gives. */
  readonly description: string
  /** The one source for validation, for the models' JSON schema and for MCP. */
  readonly input: Input
  /** Default: any JSON. */
  readonly output?: Output
  /** Whether a person is asked before it runs. Default `never`. */
  readonly approval?: 'never' | 'always' | ((args: z.output<Input>) => boolean)
  /** It changes nothing. */
  readonly readOnly?: boolean
  /** The approval question for a person. Null: the call would do nothing, e.g. because its target does not exist, and nobody is asked. */
  readonly question?: (args: z.output<Input>, context: Context) => string | null | Promise<string | null>
}

/** A tool whose effect is in the transaction that keeps its result: both happen, once, or neither does. */
export interface TransactionToolDefinition<
  Input extends z.ZodObject,
  Output extends z.ZodType,
  Context = TransactionToolContext,
> extends Definition<Input, Output, Context> {
  readonly effect: 'transaction'
  /** @throws ToolError, Refusal for what the caller did wrong; the model reads it. Whatever it throws, nothing has happened */
  readonly run: (args: z.output<Input>, context: Context) => ToolOutput<Output>
}

/** A tool that acts anywhere else. */
export interface ExternalToolDefinition<Input extends z.ZodObject, Output extends z.ZodType> extends Definition<
  Input,
  Output,
  ToolContext
> {
  readonly effect: 'external'
  /** Running it twice with the same key is harmless: after a crash it runs again by itself. */
  readonly repeatable?: boolean
  /** Milliseconds, default 60 000. Its outcome is unknown then. */
  readonly timeoutMs?: number
  /** @throws ToolError when it certainly has not happened. After anything else its outcome is unknown */
  readonly run: (args: z.output<Input>, context: ExternalToolContext) => ToolOutput<Output>
}

/** A definition of a developer has a mistake. The message is one sentence that names the definition and its field. */
export class DefinitionError extends StartError {
  override readonly name = 'DefinitionError'
}

const isFunction = z.custom((value) => typeof value === 'function', 'must be a function')
const isSchema = z.custom(isZod, 'must be a schema of zod 4')
const common = {
  name: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,64}$/u, 'must be 1 to 64 letters, digits, _ and -, which is what providers take')
    .refine((name) => !name.startsWith('mcp__'), 'must not begin with mcp__, as the tools of MCP servers do'),
  description: z.string().min(1, 'must say when to use the tool').max(4_000),
  input: isSchema.refine((value) => isZod(value) && typeOf(value) === 'object', 'must be a z.object'),
  output: isSchema.optional(),
  approval: z.union([z.enum(['never', 'always']), isFunction], 'must be "never", "always" or a function').optional(),
  readOnly: z.boolean().optional(),
  question: isFunction.optional(),
  run: isFunction,
}
const definitionSchema = z.discriminatedUnion(
  'effect',
  [
    z.strictObject({ ...common, effect: z.literal('transaction') }),
    z.strictObject({
      ...common,
      effect: z.literal('external'),
      repeatable: z.boolean().optional(),
      timeoutMs: z.int().min(1).max(86_400_000).optional(),
    }),
  ],
  'must be "transaction" or "external"',
)

/** @throws DefinitionError */
export function checkToolDefinition(definition: unknown): void {
  const parsed = definitionSchema.safeParse(definition)
  if (parsed.success) return
  const name = z.object({ name: z.string() }).safeParse(definition).data?.name.slice(0, 100) ?? ''
  const [issue] = parsed.error.issues
  const message = issue?.code === 'unrecognized_keys' ? 'is not a field of a tool' : (issue?.message ?? 'is not valid')
  const path = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : (issue?.path ?? []).join('.')
  throw new DefinitionError(`The tool ${name === '' ? 'without a name' : name}: ${path === '' ? 'it' : path}: ${message}`)
}

/** A program may have a copy of zod of its own. */
function isZod(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '_zod' in value
}

function typeOf(value: unknown): unknown {
  return (value as z.core.$ZodType)._zod.def.type
}
