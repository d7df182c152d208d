import { z } from 'zod'
import { DefinitionError } from '../tools/tool-definition.ts'

/** Checks a definition of a developer by its schema. @throws DefinitionError that begins with `what` and names the field */
export function checkDefinition(what: string, schema: z.ZodType, definition: unknown): void {
  const parsed = schema.safeParse(definition)
  if (parsed.success) return
  const [issue] = parsed.error.issues
  const path = (issue?.path ?? []).map(String)
  const [fields, message] =
    issue?.code === 'unrecognized_keys'
      ? [[...path, issue.keys.join(', ')], 'is not a field of it']
      : [path, issue?.message ?? 'is not valid']
  throw new DefinitionError([what, fields.join('.'), message].filter((part) => part !== '').join(': '))
}

export const functionSchema = z.custom((value) => typeof value === 'function', 'must be a function')
