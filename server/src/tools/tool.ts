import type { Id, Issue, Json } from '@holdfast/shared'
import type { z } from 'zod'
import type { Logger } from '../platform/logger.ts'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'
import { argumentsToObject } from './tool-arguments.ts'
import { schemaToWire, type WireSchema } from './schema-to-wire.ts'

/** The part of a unit of work that a tool may use: it may change tables and notify lists, but not append to a conversation's log. */
export type ToolUnit = Pick<UnitOfWork, 'tx' | 'notify' | 'afterCommit'>

/** For whom, when and where a tool runs. Whose data it touches is decided here alone, never by an argument. */
export interface ToolCallContext {
  /** The transaction in which the effect happens, together with whatever records it. */
  readonly unit: ToolUnit
  readonly userId: Id
  readonly now: Date
  /** Minutes east of UTC where the person is: what "tomorrow" means. */
  readonly utcOffsetMinutes: number
  /** The answer whose model made the call. Both null: it was called from outside of a conversation, over MCP. */
  readonly messageId: Id | null
  readonly conversationId: Id | null
}

export interface ToolContext extends ToolCallContext {
  readonly logger: Logger
}

/** The definition of a tool, typed by its arguments. */
export interface ToolDefinition<Input extends z.ZodObject> {
  readonly name: string
  /** For the model: when to use it and what it gives. */
  readonly description: string
  /** A flat, strict object. The one source for validation, for the models' JSON schema and for MCP. */
  readonly input: Input
  /** Removes something: a person is asked before. */
  readonly destructive: boolean
  readonly readOnly: boolean
  /** Gives JSON. @throws Refusal for what the caller did wrong; the model reads it */
  readonly run: (context: ToolContext, args: z.output<Input>) => Promise<Json>
  /** The approval question for a person. Null: the call would do nothing, because its target does not exist. */
  readonly describe: (context: ToolContext, args: z.output<Input>) => Promise<string | null>
}

/** A call whose arguments are valid, or what is wrong with them. */
export type PreparedCall =
  | {
      readonly ok: true
      readonly run: (context: ToolContext) => Promise<Json>
      readonly describe: (context: ToolContext) => Promise<string | null>
    }
  | { readonly ok: false; readonly issues: readonly Issue[] }

/** A tool whose arguments have not been checked yet. */
export interface Tool extends Pick<ToolDefinition<z.ZodObject>, 'name' | 'description' | 'input' | 'destructive' | 'readOnly'> {
  /** The arguments as a JSON schema that every provider accepts. */
  readonly parameters: WireSchema
  readonly prepare: (args: unknown) => PreparedCall
}

/** @throws Error when the input is no flat object */
export function createTool<Input extends z.ZodObject>(definition: ToolDefinition<Input>): Tool {
  const { name, description, input, destructive, readOnly } = definition
  return {
    name,
    description,
    input,
    destructive,
    readOnly,
    parameters: schemaToWire(input),
    prepare: (args) => {
      const parsed = input.safeParse(argumentsToObject(args, input))
      if (!parsed.success) return { ok: false, issues: parsed.error.issues.map(toIssue) }
      return {
        ok: true,
        run: (context) => definition.run(context, parsed.data),
        describe: (context) => definition.describe(context, parsed.data),
      }
    },
  }
}

function toIssue(issue: z.core.$ZodIssue): Issue {
  const path = issue.path.map(String).join('.')
  return { path, message: issue.code === 'unrecognized_keys' ? `unknown argument: ${issue.keys.join(', ')}` : issue.message }
}
