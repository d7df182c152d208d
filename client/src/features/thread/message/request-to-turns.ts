import type { Json } from '@holdfast/shared'

export interface RequestTurn {
  /** As the API names it: `system`, `user`, `assistant`, `tool`, or the type of an item. */
  readonly label: string
  /** Its text, or all of it where it is more than text. */
  readonly value: Json
}

/** Fields of either API that say how to answer. */
const parameterFields = [
  'temperature',
  'top_p',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'reasoning_effort',
  'reasoning',
] as const

/** The messages of a request to either API, to be read one after the other, and then its tools and parameters. */
export function requestToTurns(request: Json): RequestTurn[] {
  const fields = toFields(request)
  const { instructions, messages, input, tools } = fields
  const parameters = parameterFields.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]] as const]))
  const items = Array.isArray(messages) ? messages : Array.isArray(input) ? input : []
  return [
    ...(typeof instructions === 'string' ? [{ label: 'instructions', value: instructions }] : []),
    ...items.map((item: Json) => itemToTurn(item)),
    ...(Array.isArray(tools) ? [{ label: `tools (${tools.length})`, value: tools }] : []),
    ...(parameters.length > 0 ? [{ label: 'parameters', value: Object.fromEntries(parameters) }] : []),
  ]
}

function itemToTurn(item: Json): RequestTurn {
  const { role, type, content, ...rest } = toFields(item)
  const label = [role, type].filter((word) => typeof word === 'string').join(' · ')
  const isText = typeof content === 'string' && Object.keys(rest).length === 0
  return { label, value: isText ? content : item }
}

function toFields(value: Json): Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, Json>) : {}
}
