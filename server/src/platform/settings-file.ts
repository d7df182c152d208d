import { readFileSync } from 'node:fs'
import type { z } from 'zod'

export type Environment = Readonly<Record<string, string | undefined>>
/** Makes the error of a setting: one line that names the variable and holds no secret. */
export type Fail = (message: string) => Error

/** `fail` gets "is not JSON" or "cannot be read (ENOENT)". */
export function readJsonFile(path: string, fail: Fail): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw fail(`cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`)
  }
  return parseJsonSetting(text, fail)
}

/** `fail` gets "is not JSON". The parser's message is left out: it quotes the text. */
export function parseJsonSetting(text: string, fail: Fail): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw fail('is not JSON')
  }
}

/** `fail` gets the path to the first value that does not fit (empty: the whole) and what is wrong with it. */
export function checkSetting<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  fail: (path: string, message: string) => Error,
): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw fail((issue?.path ?? []).map(String).join('.'), issue?.message ?? 'is not valid')
}

/** Replaces each `${NAME}` by the variable's value, so that files hold no secrets. */
export function fillIn(text: string, environment: Environment, fail: Fail): string {
  return text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/gu, (_match, name: string) => {
    const value = environment[name]
    if (value === undefined || value.trim() === '') throw fail(`the variable ${name} is not set`)
    return value
  })
}

/** @param passwordHint what to use instead of a password in the address */
export function parseHttpUrl(text: string, passwordHint: string, fail: Fail): URL {
  const url = URL.parse(text)
  if (!url || !/^https?:$/u.test(url.protocol)) throw fail('must be an http:// or https:// address')
  if (url.username !== '' || url.password !== '') throw fail(`must not hold a password; ${passwordHint}`)
  return url
}
