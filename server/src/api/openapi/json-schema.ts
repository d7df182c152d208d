import * as shared from '@holdfast/shared'
import { z } from 'zod'

/** The subset of JSON Schema that zod generates for our contract. */
export interface JsonSchema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly format?: string
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly maxLength?: number
  readonly default?: unknown
}

/** Schemas that are clearer when spelled out. */
const unnamed = new Set(['uuidSchema', 'jsonSchema', 'dateSchema'])

/** Types that are not named like their schema. */
const typeNames: Readonly<Record<string, string>> = { eventSchema: 'ConversationEvent' }

/** Shapes that the reference names instead of spelling them out: `messageSchema` is `Message`. */
const namedSchemas = Object.entries(shared).flatMap(([name, schema]): [string, z.ZodType][] => {
  const isShape = schema instanceof z.ZodType && name.endsWith('Schema') && !unnamed.has(name)
  return isShape ? [[typeNames[name] ?? name.charAt(0).toUpperCase() + name.slice(1, -'Schema'.length), schema]] : []
})

const registry = z.registry<{ id?: string; description?: string }>()
for (const [id, schema] of namedSchemas) registry.add(schema, { id })

/**
 * A schema as JSON Schema. Named shapes stay references.
 * @param io `input`: as a caller writes it, before defaults; `output`: as it arrives.
 */
export function zodToJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    metadata: registry,
    override: ({ zodSchema, jsonSchema }) => {
      const description = z.globalRegistry.get(zodSchema)?.description
      if (description !== undefined) jsonSchema.description = description
    },
  }) as JsonSchema
}

/** Every named shape, by name, in alphabetical order. */
export function namedShapes(): [name: string, schema: JsonSchema][] {
  return namedSchemas
    .map(([name, schema]): [string, JsonSchema] => {
      const json = zodToJsonSchema(schema, 'output')
      return [name, json.$ref === undefined ? json : (json.$defs?.[name] ?? json)]
    })
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
}
