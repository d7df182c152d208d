import { z } from 'zod'

export type WireSchema = Readonly<Record<string, unknown>>

/** Keywords that some provider refuses, or that only repeat the description. */
const dropped = new Set([
  '$schema',
  '$id',
  'pattern',
  'format',
  'additionalProperties',
  'default',
  'propertyNames',
  'contentEncoding',
])

const oneType = 'an argument of a tool must have one type'

/**
 * A tool's input as a JSON schema that every provider accepts: a flat object of draft-7 without `$ref`, `const`, `null`, patterns and
 * exclusive limits. zod validates; this only informs the model.
 * @throws Error when the input is no flat object
 */
export function schemaToWire(input: z.ZodObject): WireSchema {
  const whole: Record<string, unknown> = z.toJSONSchema(input, { io: 'input', target: 'draft-7', reused: 'inline' })
  const definitions = (whole['definitions'] ?? {}) as Record<string, unknown>
  const properties: Record<string, unknown> = {}
  const required = new Set((whole['required'] as string[] | undefined) ?? [])
  for (const [name, property] of Object.entries((whole['properties'] ?? {}) as Record<string, unknown>)) {
    const argument = sanitise(property, definitions)
    if (argument.isNullable) required.delete(name)
    const isFlat = isPrimitive(argument.schema['type'] === 'array' ? argument.schema['items'] : argument.schema)
    if (!isFlat) throw new Error(`the argument ${name} of a tool must be a primitive or a list of them`)
    properties[name] = argument.schema
  }
  return { type: 'object', properties, ...(required.size > 0 ? { required: [...required] } : {}) }
}

function isPrimitive(schema: unknown): boolean {
  const { type } = (schema ?? {}) as { type?: unknown }
  return type === 'string' || type === 'number' || type === 'integer' || type === 'boolean'
}

/** One property without what providers refuse, and whether it may be null, which on the wire means: may be left out. */
function sanitise(
  value: unknown,
  definitions: Record<string, unknown>,
): { schema: Record<string, unknown>; isNullable: boolean } {
  const source = resolve(value, definitions)
  const variants = (source['anyOf'] ?? source['oneOf']) as unknown[] | undefined
  if (variants) {
    const others = variants.filter((variant) => resolve(variant, definitions)['type'] !== 'null')
    const [only] = others
    if (others.length !== 1) throw new Error(oneType)
    const { anyOf: _anyOf, oneOf: _oneOf, ...around } = source
    return {
      schema: sanitise({ ...resolve(only, definitions), ...around }, definitions).schema,
      isNullable: others.length < variants.length,
    }
  }
  const schema: Record<string, unknown> = {}
  let isNullable = false
  for (const [key, part] of Object.entries(source)) {
    if (dropped.has(key)) continue
    if (key === 'const') schema['enum'] = [part]
    else if (key === 'exclusiveMinimum') schema['minimum'] = source['type'] === 'integer' ? Number(part) + 1 : part
    else if (key === 'exclusiveMaximum') schema['maximum'] = source['type'] === 'integer' ? Number(part) - 1 : part
    else if (key === 'type' && Array.isArray(part)) {
      const types = part.filter((type) => type !== 'null')
      if (types.length !== 1) throw new Error(oneType)
      isNullable = types.length < part.length
      schema['type'] = types[0]
    } else if (key === 'items') schema['items'] = sanitise(part, definitions).schema
    // zod states the limits of exact integers for every integer: they say nothing, and some providers refuse the number.
    else if (!(key === 'minimum' || key === 'maximum') || Math.abs(Number(part)) < Number.MAX_SAFE_INTEGER) schema[key] = part
  }
  return { schema, isNullable }
}

/** Resolves a `$ref` and an `allOf`, merged with the keywords beside them. */
function resolve(value: unknown, definitions: Record<string, unknown>): Record<string, unknown> {
  const { $ref, allOf, ...rest } = value as { $ref?: string; allOf?: unknown[] } & Record<string, unknown>
  const referred = $ref === undefined ? {} : resolve(definitions[$ref.split('/').at(-1) ?? ''] ?? {}, definitions)
  const all = (allOf ?? []).map((part) => resolve(part, definitions))
  return Object.assign({}, referred, ...all, rest) as Record<string, unknown>
}
