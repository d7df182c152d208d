import { createHash } from 'node:crypto'

const maxLength = 64
const hashLength = 8
const allowed = /^[a-zA-Z0-9_-]{1,64}$/u

/**
 * A tool's name as every provider takes it: at most 64 letters, digits, `_` and `-`. Models invent names with anything in them, and one
 * such name in the history would have every later request refused. A changed name ends in a hash of what it was, so it is always the
 * same and no two names become one.
 */
export function toWireName(name: string): string {
  if (allowed.test(name)) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, hashLength)
  const clean = name.replaceAll(/[^a-zA-Z0-9_-]/gu, '_')
  return `${clean.slice(0, maxLength - hashLength - 1)}_${hash}`
}

/**
 * The offered tool that a model means: models add namespaces (`functions.`, `default_api:`), numbers (`:0`) and control tokens
 * (`<|channel|>…`), and mix up cases, `-` and `_`. A name that could mean several tools, or none, stays as it is.
 */
export function matchToolName(called: string, offered: readonly string[]): string {
  if (offered.includes(called)) return called
  const plain = called
    .replace(/<\|.*$/su, '')
    .trim()
    .replace(/:\d+$/u, '')
    .replace(/^.*[.:/](?=[^.:/]+$)/su, '')
  const key = toKey(plain)
  const matches = key === '' ? [] : offered.filter((name) => toKey(name) === key || toKey(toWireName(name)) === toKey(called))
  const [match] = matches
  return matches.length === 1 && match !== undefined ? match : called
}

function toKey(name: string): string {
  return name.trim().toLowerCase().replaceAll(/[-\s]/gu, '_')
}
