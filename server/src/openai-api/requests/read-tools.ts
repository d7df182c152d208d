import { z } from 'zod'
import type { ModelTool, ToolChoice } from '../../models/model.ts'
import { badParam } from '../api-error.ts'

const mostTools = 128
const name = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/u, 'must have 1 to 64 letters, digits, underscores or dashes')
const definition = z.looseObject({
  name,
  description: z.string().max(16_384).nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
})

/** Tools of either API: Chat Completions has the definition in `function`, Responses in the tool itself. */
export const toolsSchema = z
  .array(z.looseObject({ type: z.string() }))
  .max(mostTools)
  .nullish()

export function readTools(tools: z.output<typeof toolsSchema>): ModelTool[] {
  const read = (tools ?? []).map((tool, index) => {
    if (tool.type !== 'function') throw badParam(`tools[${index}].type`, 'must be "function"')
    const parsed = definition.safeParse('function' in tool ? tool['function'] : tool)
    if (!parsed.success) throw badParam(`tools[${index}]`, parsed.error.issues[0]?.message ?? 'is not a tool')
    const { name: toolName, description, parameters } = parsed.data
    return { name: toolName, description: description ?? '', parameters: parameters ?? { type: 'object', properties: {} } }
  })
  const twice = read.find((tool, index) => read.findIndex((other) => other.name === tool.name) !== index)
  if (twice) throw badParam('tools', `two of them are named ${twice.name}`)
  return read
}

export const toolChoiceSchema = z
  .union([
    z.enum(['none', 'auto', 'required']),
    z.looseObject({ type: z.string(), name: name.optional(), function: z.looseObject({ name }).optional() }),
  ])
  .nullish()

/** Undefined: the model chooses. */
export function readToolChoice(choice: z.output<typeof toolChoiceSchema>, tools: readonly ModelTool[]): ToolChoice | undefined {
  if (choice === undefined || choice === null || choice === 'auto') return undefined
  if (typeof choice === 'string') return choice
  const chosen = choice.function?.name ?? choice.name
  if (chosen === undefined || !tools.some((tool) => tool.name === chosen))
    throw badParam('tool_choice', 'is not one of the tools')
  return { name: chosen }
}
