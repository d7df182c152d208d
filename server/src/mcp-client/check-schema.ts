import { AjvJsonSchemaValidator } from '@modelcontextprotocol/client/validators/ajv'
import type { JsonSchemaType } from '@modelcontextprotocol/client'

/** Built when it is first needed: it costs time and memory that most servers never need. */
let validator: AjvJsonSchemaValidator | null = null

/** What is wrong with a value according to a JSON Schema, as a line for people. Null: nothing, or the schema itself cannot be read. */
export function checkSchema(schema: unknown, value: unknown): string | null {
  validator ??= new AjvJsonSchemaValidator()
  let check: ReturnType<AjvJsonSchemaValidator['getValidator']>
  try {
    check = validator.getValidator(schema as JsonSchemaType)
  } catch {
    // Another server's schema may be odd in any way. That server checks the value itself.
    return null
  }
  const outcome = check(value)
  return outcome.valid ? null : outcome.errorMessage.slice(0, 500)
}
