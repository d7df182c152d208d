import type { Json } from '@holdfast/shared'

export interface RequestTurn {
  /** As the API names it: `system`, `user`, `assistant`, `tool`, or the type of an item. */
  readonly label: string
  /** Its text, or all of it where it is more than text. */
  readonly value: Json
}

/** The messages of a request to either API, to be read one after the other, and then its tools. */
export function requestToTurns(request: Json): RequestTurn[] {
  const { instructions, messages, input, tools } = toFields(request)
  const items = Array.isArray(messages) ? messages : Array.isArray(input) ? input : []
  return [
    ...(typeof instructions === 'string' ? [{ label: 'instructions', value: instructions }] : []),
    ...items.map((item: Json) => itemToTurn(item)),
    ...(Array.isArray(tools) ? [{ label: `tools (${tools.length})`, value: tools }] : []),
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
