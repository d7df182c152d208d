import { z } from 'zod'
import { jsonSchemaToWire } from './json-schema-to-wire.ts'
import { schemaToWire, type WireSchema } from './schema-to-wire.ts'
import { DefinitionError } from './tool-definition.ts'

/**
 * What models are told about the arguments of a tool. A flat object is written so that every provider takes it; a nested one as the schemas
 * of MCP servers are.
 * @throws DefinitionError that names the argument which has no JSON schema
 */
export function toParameters(name: string, input: z.ZodObject): WireSchema {
  for (const [argument, schema] of Object.entries(input.shape)) {
    try {
      z.toJSONSchema(z.object({ [argument]: schema }), { io: 'input', target: 'draft-7' })
    } catch (error) {
      throw new DefinitionError(`The tool ${name}: input.${argument}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  try {
    return schemaToWire(input)
  } catch {
    const wire = jsonSchemaToWire(z.toJSONSchema(input, { io: 'input', target: 'draft-7' }))
    const { properties } = wire as { properties: object }
    if (Object.keys(properties).length > 0) return wire
    throw new DefinitionError(
      `The tool ${name}: input: its JSON schema is longer than the 16,000 characters that models are sent`,
    )
  }
}
