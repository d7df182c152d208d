import type { z } from 'zod'
import { isTooDeep } from './json-depth.ts'

/**
 * Arguments as models write them, made ready for the schema: JSON in a string is read, null counts as absent and so does an empty text
 * where nothing is needed, and `task_id` is `taskId`, because that is how results name it. Anything that is no object stays as it is,
 * and so does every key that is not known: the schema refuses it.
 */
export function argumentsToObject(args: unknown, input: z.ZodObject): unknown {
  const value = typeof args === 'string' ? readArguments(args) : (args ?? {})
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

/**
 * Arguments as a model wrote them, read. Nothing and `null` are no arguments; text that is no JSON, or is nested too deeply, stays text.
 * A whole number that a number cannot hold, such as an id of 20 digits, becomes text instead of another number.
 */
export function readArguments(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (isTooDeep(value)) return text
    return (/\d{16}/u.test(text) ? (JSON.parse(text, keepLargeNumber) as unknown) : value) ?? {}
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}

function keepLargeNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isLost = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/u.test(context?.source ?? '')
  return isLost ? context?.source : value
}

function toCamelCase(key: string): string {
  return key.replaceAll(/_([a-z])/gu, (_match, letter: string) => letter.toUpperCase())
}

function isOptional(schema: z.core.$ZodType): boolean {
  return schema._zod.optin === 'optional'
}
