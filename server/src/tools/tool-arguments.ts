import type { z } from 'zod'

/**
 * Arguments as models write them, made ready for the schema: JSON in a string is read, null counts as absent and so does an empty text
 * where nothing is needed, and `task_id` is `taskId`, because that is how results name it. Anything that is no object stays as it is,
 * and so does every key that is not known: the schema refuses it.
 */
export function argumentsToObject(args: unknown, input: z.ZodObject): unknown {
  const value = typeof args === 'string' ? readJson(args) : args
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const given = Object.entries(value).filter(([, entry]) => entry !== null && entry !== undefined)
  const names = new Set(given.map(([key]) => key))
  const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const [key, entry] of given) {
    const alias = toCamelCase(key)
    const name = !Object.hasOwn(input.shape, key) && Object.hasOwn(input.shape, alias) && !names.has(alias) ? alias : key
    const schema = Object.hasOwn(input.shape, name) ? input.shape[name] : undefined
    if (entry === '' && schema && isOptional(schema)) continue
    object[name] = entry
  }
  return { ...object }
}

function readJson(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}

function toCamelCase(key: string): string {
  return key.replaceAll(/_([a-z])/gu, (_match, letter: string) => letter.toUpperCase())
}

function isOptional(schema: z.core.$ZodType): boolean {
  return schema._zod.optin === 'optional'
}
