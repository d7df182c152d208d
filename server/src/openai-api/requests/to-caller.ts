import type { CallerRequest } from '../../generation/store/caller-request.ts'
import type { ModelParameters, ModelTool, ToolChoice } from '../../models/model.ts'

/** Of all messages of a request together. */
export const maxTextLength = 4_000_000

interface Asked {
  readonly instructions: readonly string[]
  readonly tools: readonly ModelTool[]
  readonly toolChoice: ToolChoice | undefined
  readonly temperature?: number | null | undefined
  readonly topP?: number | null | undefined
  readonly maxOutputTokens?: number | null | undefined
  readonly reasoningEffort?: string | null | undefined
  readonly stop?: readonly string[] | null | undefined
  readonly responseFormat?: Readonly<Record<string, unknown>> | null | undefined
}

/** Leaves out what the program does not ask for: a provider may refuse a field even with its usual value. */
export function toCaller({ instructions, tools, toolChoice, ...asked }: Asked): CallerRequest {
  const given = Object.entries(asked).filter(([, value]) => value !== undefined && value !== null)
  return {
    instructions: instructions.filter((text) => text !== '').join('\n\n'),
    tools,
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(given.length === 0 ? {} : { parameters: Object.fromEntries(given) as ModelParameters }),
  }
}
